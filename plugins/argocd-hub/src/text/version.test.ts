import { authorName, imageTag, shortRevision, subject } from './version';

describe('imageTag', () => {
  it.each([
    ['ghcr.io/example/agent:1.4.2', '1.4.2'],
    ['registry.example.com:5000/team/agent:1.4.2', '1.4.2'],
    ['registry.example.com:5000/team/agent', 'agent'],
    ['agent:1.4.2@sha256:0123456789abcdef', '1.4.2'],
    ['agent@sha256:0123456789abcdef', 'sha256:0123456'],
    ['agent', 'agent'],
    ['', ''],
  ])('of %p is %p', (image, tag) => {
    expect(imageTag(image)).toBe(tag);
  });
});

describe('shortRevision', () => {
  it.each([
    ['3f2c9d1e8b7a6054c3d2e1f0a9b8c7d6e5f40312', '3f2c9d1'],
    ['4.12.0', '4.12.0'],
    ['release-2026', 'release-2026'],
  ])('of %s is %s', (revision, short) => {
    expect(shortRevision(revision)).toBe(short);
  });
});

describe('subject', () => {
  it('is the first line', () => {
    expect(subject('Fix it\n\nLong story')).toBe('Fix it');
    expect(subject('Fix it')).toBe('Fix it');
  });
});

describe('authorName', () => {
  it.each([
    ['Ada Byron <ada@example.com>', 'Ada Byron'],
    ['Ada Byron', 'Ada Byron'],
    ['<ada@example.com>', '<ada@example.com>'],
  ])('of %s is %s', (author, name) => {
    expect(authorName(author)).toBe(name);
  });
});
