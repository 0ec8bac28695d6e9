// Calls to Zendesk, each with what was asked and what came back on opening.
import { duration, pretty } from '../format';
import type { Call, Json } from '../api/types';
import { Copy } from './copy';
import { Badge } from './status';
import { Ago } from './time';

export function Body({ title, body }: { title: string; body: Json }) {
    if (body === null || body === '') return null;
    const text = pretty(body);
    if (text === '{}') return null;
    return (
        <div class="call-body">
            <div class="call-body-head">
                <h4>{title}</h4>
                <Copy text={text} what={title.toLowerCase()} />
            </div>
            <pre tabIndex={0}>{text}</pre>
        </div>
    );
}

function CallStatus({ call }: { call: Call }) {
    if (call.status === 0) return <Badge icon="crossCircle" word="No answer" tone="bad" />;
    const good = call.status < 400;
    return <Badge icon={good ? 'checkCircle' : 'crossCircle'} word={String(call.status)} tone={good ? 'ok' : 'bad'} />;
}

export function CallLine({ call, showTime }: { call: Call; showTime: boolean }) {
    return (
        <details class="call">
            <summary>
                <span class="call-what">
                    <b>{call.method}</b> {call.path}
                </span>
                <span class="call-facts">
                    <CallStatus call={call} />
                    <span class="mono">{duration(call.ms)}</span>
                    {showTime && <Ago time={call.created_at} />}
                </span>
            </summary>
            {call.fault && <p class="call-fault">{call.fault}</p>}
            <Body title="Request" body={call.request} />
            <Body title="Answer" body={call.answer} />
            <Body title="Answer headers" body={call.headers} />
            <p class="call-id">
                <span class="mono">{call.id}</span> <Copy text={call.id} what="the call's id" />
            </p>
        </details>
    );
}
