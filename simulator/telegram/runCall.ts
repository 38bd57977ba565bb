import { ApiError } from './apiError.js';
import type { Context, OnGone } from './context.js';
import type { Fault } from './createFaults.js';
import type { Idle } from './createIdle.js';
import type { CallRecord } from './createRecord.js';
import { findMethod } from './methods/findMethod.js';
import type { CallParams } from './wire.js';

export type Answer = { status: number; body: string; contentType?: string };

/** One call from its fault to its answer: 'silent' when none is to come, 'reset' when the connection breaks. */
export async function runCall(
  context: Context,
  idle: Idle,
  methodName: string,
  params: CallParams,
  onGone: OnGone,
): Promise<Answer | 'silent' | 'reset'> {
  const method = findMethod(methodName);
  const call: CallRecord = {
    at: context.clock.now().getTime(),
    method: method?.name ?? methodName,
    params: params.values,
    accepted: false,
  };
  const chatId = Number(params.values['chat_id']);
  if (params.values['chat_id'] !== undefined && Number.isFinite(chatId)) call.chatId = chatId;
  context.record.callBegins(call);
  const waitsLong = call.method === 'getUpdates';
  if (!waitsLong) idle.enter();
  try {
    const fault = context.faults.pick(call.method, call.chatId);
    if (fault) call.fault = fault.kind;
    if (fault?.kind === 'slow') await delay(context, fault.delayMs);
    const before = fault && failBefore(fault);
    if (before) return noteError(call, before);
    const result: unknown = method
      ? await method.run(context, params, onGone)
      : fail(new ApiError(404, 'Not Found: method not found'));
    call.accepted = true;
    call.result = result;
    if (fault?.kind === 'accepted-then-reset') return 'reset';
    return { status: 200, body: JSON.stringify({ ok: true, result }) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return noteError(call, errorAnswer(error), error);
  } finally {
    call.endedAt = context.clock.now().getTime();
    context.record.callEnds(call);
    context.events.emit('call', () => call);
    if (!waitsLong) idle.leave();
  }
}

function failBefore(fault: Fault): Answer | 'silent' | 'reset' | undefined {
  switch (fault.kind) {
    case '429':
      return errorAnswer(
        new ApiError(429, `Too Many Requests: retry after ${fault.retryAfter}`, {
          retry_after: fault.retryAfter,
        }),
      );
    case '403':
      return errorAnswer(new ApiError(403, fault.description));
    case '500':
      return errorAnswer(new ApiError(500, 'Internal Server Error'));
    case '502':
      return {
        status: 502,
        body: '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
        contentType: 'text/html',
      };
    case 'timeout':
      return 'silent';
    case 'reset':
      return 'reset';
    case 'slow':
    case 'accepted-then-reset':
      return undefined;
  }
}

function noteError(call: CallRecord, answer: Answer | 'silent' | 'reset', error?: ApiError) {
  if (error) call.error = { code: error.code, description: error.description };
  else if (typeof answer === 'object') call.error = { code: answer.status, description: call.fault ?? '' };
  return answer;
}

function fail(error: ApiError): never {
  throw error;
}

function delay(context: Context, ms: number): Promise<void> {
  return new Promise((resolve) => {
    context.clock.wakeAt(new Date(context.clock.now().getTime() + ms), resolve);
  });
}

/** A refusal as it goes over the wire. */
export function errorAnswer({ code, description, parameters }: ApiError): Answer {
  return { status: code, body: JSON.stringify({ ok: false, error_code: code, description, parameters }) };
}
