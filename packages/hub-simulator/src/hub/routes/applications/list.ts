import { ApiError, Code } from '../../errors';
import { type HubRequest, RawJson } from '../../HubRequest';
import { ListFields } from '../../listFields';
import { select, type Selection } from './select';

/**
 * Bytes of protobuf per byte of JSON. By F6.2 an ordinary application is 15.3 kB
 * of JSON, and by F1.1.12 some 15 to 20 thousand of them fill 200 MB, which is
 * 12 kB of protobuf each: numbers, keys and quotes shrink, texts stay.
 */
const PROTOBUF_SHARE = 0.78;
const COMMA = Buffer.from(',');

/** `GET /api/v1/applications`: what the answering replica's informer holds. */
export async function list(request: HubRequest): Promise<RawJson> {
  const { state, view } = request;
  const { resourceVersion } = view.applications;
  const selection = select(request);
  const { entries, matched, bytes } = selection;
  const query = request.query('fields');
  const options = { trims: !!query, selected: entries.length, replica: view };
  await state.cost.list(matched, bytes, options);
  limit(request, selection);
  const metadata = JSON.stringify({ resourceVersion });
  if (!query) {
    const head = Buffer.from(`{"metadata":${metadata},"items":[`);
    const items = entries.flatMap(({ bytes: item }, index) =>
      index ? [COMMA, item] : [item],
    );
    return new RawJson([head, ...items, Buffer.from(']}')]);
  }
  const fields = ListFields.parse(query, state.version);
  fields.meetConflicts(entries.length, state.random);
  if (!entries.length) {
    return new RawJson(`{"items":null,"metadata":${metadata}}`);
  }
  const items = await state.listBodies.join(entries, fields);
  const end = Buffer.from(`],"metadata":${metadata}}`);
  return new RawJson([Buffer.from('{"items":['), ...items, end]);
}

/** Whatever the fields: they are applied behind the message that is too large. */
function limit({ state }: HubRequest, { bytes }: Selection): void {
  const size = Math.ceil(bytes * PROTOBUF_SHARE);
  const { grpcMaxBytes } = state.limits;
  if (size <= grpcMaxBytes) return;
  throw new ApiError(
    Code.ResourceExhausted,
    `grpc: trying to send message larger than max (${size} vs. ${grpcMaxBytes})`,
  );
}
