// Jest runs tests in a realm of their own, and Node's fetch parses JSON into
// objects of the outer one, which the scaffolder's template engine refuses.
Response.prototype.json = async function json(this: Response) {
  return JSON.parse(await this.text());
};

export {};
