import type { Long } from 'bson';
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
  const { cursor } = reply;
  if (
    request.kind === 'msg' &&
    reply['ok'] === 1 &&
    cursor !== undefined &&
    Object.keys(reply).length === 2
  ) {
    return cursorReply(request.requestId, cursor as CursorReply); // only `find`, `aggregate` and the lists have one
  }
  const body = encodeReply(reply);
  const start = request.kind === 'msg' ? MSG_HEADER : REPLY_HEADER;
  const message = Buffer.alloc(start + body.length);
  writeHeader(message, request.requestId, request.kind === 'msg' ? OP_MSG : OP_REPLY);
  if (request.kind === 'query') message.writeInt32LE(1, 32);
  body.copy(message, start);
  return message;
}

const MSG_HEADER = 21;
const REPLY_HEADER = 36;

function writeHeader(message: Buffer, responseTo: number, opCode: number): void {
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(nextReplyId++ & 0x7fffffff, 4);
  message.writeInt32LE(responseTo, 8);
  message.writeInt32LE(opCode, 12);
}

type CursorReply = { firstBatch?: RawList; nextBatch?: RawList; id: Long; ns: string };

const CURSOR = Buffer.from('\x03cursor\0');
const FIRST_BATCH = Buffer.from('\x04firstBatch\0');
const NEXT_BATCH = Buffer.from('\x04nextBatch\0');
const ID = Buffer.from('\x12id\0');
const NS = Buffer.from('\x02ns\0');
const OK = Buffer.from('\x01ok\0\0\0\0\0\0\0\xf0\x3f\0', 'latin1');

/** The commonest reply, written straight into one buffer. */
function cursorReply(responseTo: number, { firstBatch, nextBatch, id, ns }: CursorReply): Buffer {
  const documents = (firstBatch ?? nextBatch)?.documents ?? [];
  const batchName = firstBatch ? FIRST_BATCH : NEXT_BATCH;
  const listBytes = listSize(documents);
  const nsBytes = Buffer.byteLength(ns) + 1;
  const cursorBytes = 4 + batchName.length + listBytes + ID.length + 8 + NS.length + 4 + nsBytes + 1;
  const bodyBytes = 4 + CURSOR.length + cursorBytes + OK.length;
  const message = Buffer.allocUnsafe(MSG_HEADER + bodyBytes);
  writeHeader(message, responseTo, OP_MSG);
  message.fill(0, 16, 21);
  let at = message.writeInt32LE(bodyBytes, MSG_HEADER);
  at += CURSOR.copy(message, at);
  at = message.writeInt32LE(cursorBytes, at);
  at += batchName.copy(message, at);
  at = writeList(message, at, documents, listBytes);
  at += ID.copy(message, at);
  at = message.writeInt32LE(id.low, at);
  at = message.writeInt32LE(id.high, at);
  at += NS.copy(message, at);
  at = message.writeInt32LE(nsBytes, at);
  at += message.write(ns, at);
  message[at++] = 0;
  message[at++] = 0;
  OK.copy(message, at);
  return message;
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

function listSize(documents: readonly Buffer[]): number {
  let size = 5;
  for (let i = 0; i < documents.length; i++) size += elementHead(i).length + (documents[i]?.length ?? 0);
  return size;
}

/** Writes an array of encoded documents; gives where it ends. */
function writeList(target: Buffer, start: number, documents: readonly Buffer[], size: number): number {
  let at = target.writeInt32LE(size, start);
  for (const [i, raw] of documents.entries()) {
    at += elementHead(i).copy(target, at);
    at += raw.copy(target, at);
  }
  target[at] = 0;
  return at + 1;
}

function listOf(documents: readonly Buffer[]): Buffer {
  const size = listSize(documents);
  const list = Buffer.allocUnsafe(size);
  writeList(list, 0, documents, size);
  return list;
}
