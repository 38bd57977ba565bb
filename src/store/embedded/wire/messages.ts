import { encodeDocument, rawElement, document, elementsOf } from '../bson/spliceFields.js';
import { eachElement, readDocument, readValue, type Doc } from '../bson/readBson.js';
import { failedToParse } from '../errors.js';

/** A command as it came: its name is the first field of `body`. Documents to insert stay encoded. */
export type Request = {
  readonly requestId: number;
  readonly kind: 'msg' | 'query';
  readonly name: string;
  readonly body: Doc;
  readonly db: string;
  readonly documents: readonly Buffer[];
  /** Whether the client waits for an answer (`moreToCome` is not set). */
  readonly wantsReply: boolean;
};

/** Encoded documents in a reply, beside plain values. */
export class RawList {
  constructor(readonly documents: readonly Buffer[]) {}
}
export class RawDocument {
  constructor(readonly bytes: Buffer) {}
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** Reads one wire message. Errors: FailedToParse for what is not a command. */
export function readRequest(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_QUERY) return readQuery(message, requestId);
  if (opCode !== OP_MSG) throw failedToParse(`unsupported wire operation ${opCode}`);
  const flags = message.readUInt32LE(16);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const body: Doc = {};
  const documents: Buffer[] = [];
  for (let at = 20; at < end;) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    if (size < 5 || at + size > end) throw failedToParse('invalid section in OP_MSG');
    if (kind === 0) readBody(message, at, body, documents);
    else if (kind === 1) readSequence(message, at, size, body, documents);
    else throw failedToParse(`unknown section kind ${kind}`);
    at += size;
  }
  const name = Object.keys(body)[0] ?? '';
  const { $db: db } = body;
  return {
    requestId,
    kind: 'msg',
    name,
    body,
    db: typeof db === 'string' ? db : 'admin',
    documents,
    wantsReply: (flags & MORE_TO_COME) === 0,
  };
}

function readQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, 20);
  const db = message.toString('utf8', 20, nameEnd).replace(/\.\$cmd$/, '');
  const body = readDocument(message, nameEnd + 9);
  return {
    requestId,
    kind: 'query',
    name: Object.keys(body)[0] ?? '',
    body,
    db,
    documents: [],
    wantsReply: true,
  };
}

// Sent with every command and of no meaning to a server without sessions and clusters.
const SKIPPED = new Set([
  'lsid',
  '$clusterTime',
  '$readPreference',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
]);

function readBody(message: Buffer, start: number, body: Doc, documents: Buffer[]): void {
  eachElement(message, start, (name, type, at) => {
    if (name === 'documents' && type === 0x04) eachDocument(message, at, documents);
    else if (!SKIPPED.has(name) && name !== '__proto__') body[name] = readValue(message, type, at);
  });
}

function eachDocument(message: Buffer, list: number, documents: Buffer[]): void {
  eachElement(message, list, (_index, type, at) => {
    if (type !== 0x03) throw failedToParse('documents must be an array of documents');
    documents.push(message.subarray(at, at + message.readInt32LE(at)));
  });
}

function readSequence(message: Buffer, start: number, size: number, body: Doc, documents: Buffer[]): void {
  const nameEnd = message.indexOf(0, start + 4);
  const name = message.toString('utf8', start + 4, nameEnd);
  const list: Doc[] = [];
  for (let at = nameEnd + 1; at < start + size; at += message.readInt32LE(at)) {
    if (name === 'documents') documents.push(message.subarray(at, at + message.readInt32LE(at)));
    else list.push(readDocument(message, at));
  }
  if (name !== 'documents') body[name] = list;
}

let nextReplyId = 1;

/** Encodes the answer to a request. */
export function writeReply(request: Pick<Request, 'requestId' | 'kind'>, reply: Doc): Buffer {
  const body = encodeReply(reply);
  const header = Buffer.alloc(request.kind === 'msg' ? 21 : 36);
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(nextReplyId++ & 0x7fffffff, 4);
  header.writeInt32LE(request.requestId, 8);
  header.writeInt32LE(request.kind === 'msg' ? OP_MSG : OP_REPLY, 12);
  if (request.kind === 'query') header.writeInt32LE(1, 32);
  return Buffer.concat([header, body]);
}

function encodeReply(reply: Doc): Buffer {
  const raws = Object.entries(reply).filter(([, value]) => holdsRaw(value));
  if (raws.length === 0) return encodeDocument(reply);
  const elements: Buffer[] = [];
  for (const [name, value] of Object.entries(reply)) {
    if (value instanceof RawDocument) elements.push(rawElement(0x03, name, value.bytes));
    else if (value instanceof RawList) elements.push(rawElement(0x04, name, listOf(value.documents)));
    else if (holdsRaw(value))
      elements.push(rawElement(0x03, name, encodeReply(value as Doc))); // holdsRaw says so
    else elements.push(...elementsOf(encodeDocument({ [name]: value })).values());
  }
  return document(elements);
}

function holdsRaw(value: unknown): boolean {
  if (value instanceof RawDocument || value instanceof RawList) return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).some((part) => part instanceof RawList)
  );
}

const names: Buffer[] = [];
function elementHead(i: number): Buffer {
  return (names[i] ??= Buffer.concat([Buffer.from([0x03]), Buffer.from(String(i)), Buffer.alloc(1)]));
}

function listOf(documents: readonly Buffer[]): Buffer {
  let size = 5;
  documents.forEach((raw, i) => (size += elementHead(i).length + raw.length));
  const list = Buffer.allocUnsafe(size);
  let at = list.writeInt32LE(size, 0);
  documents.forEach((raw, i) => {
    at += elementHead(i).copy(list, at);
    at += raw.copy(list, at);
  });
  list[at] = 0;
  return list;
}
