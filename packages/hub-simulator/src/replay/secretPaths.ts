const CREDENTIAL =
  /(?:pass(?:word|wd|phrase)|token|secret|credential|certData|keyData|(?:private|access|api|account|cert|signing|encryption)[-_]?key|(?:^|[./])key)[^.]*(?:\.\d+)*$/i;
/** Names that only speak of a credential, such as `secretName`. */
const ABOUT =
  /(?:type|name|namespace|refs?|pattern|path|duration|enabled)(?:\.\d+)*$/i;
/** What points to something, such as `tokenRef.key` or a selector. */
const POINTER =
  /(?:Refs?|matchExpressions|tolerations|taints)\.(?:\d+\.)?[^.]+$/;
/** Variables of a container or plugin, as a list or as a map. */
const ENV = /\.env\.(?:\d+\.value|[^.\d][^.]*)$/;

/** What people write into an Application for a tool to read. */
const INLINE = [
  /\.helm\.(?:parameters\.\d+\.value|values|valuesObject(?:\..*)?)$/,
  /\.plugin\.parameters\.\d+\.(?:string|array\.\d+|map\..*)$/,
  /\.(?:extVars|tlas)\.\d+\.value$/,
  /\.kustomize\.patches\.\d+\.patch$/,
];

/** Whether a place such as `.config.bearerToken` sounds like a credential. */
export function isCredential(path: string): boolean {
  if (ENV.test(path)) return true;
  return CREDENTIAL.test(path) && !ABOUT.test(path) && !POINTER.test(path);
}

/** Whether a value for Helm or another tool is there, which may be a secret. */
export function isInline(path: string): boolean {
  return INLINE.some(each => each.test(path));
}
