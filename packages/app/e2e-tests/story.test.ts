import { expect, test } from './support/test';

test.describe.configure({ mode: 'serial' });

test('a guest signs in and finds the service in the catalog', async ({
  guest,
}) => {
  await guest.getByRole('link', { name: 'agent' }).click();
  await expect(guest.getByRole('tab', { name: 'Clusters' })).toBeVisible();
});
