import { get } from '../api/client';
import type { Call, List } from '../api/types';
import { useLoad } from '../state/load';
import { Loading } from './agent_frame';
import { CallLine } from './calls';

const shown = 20;

export function RecentCalls({ integration, round }: { integration: string; round: number }) {
    const path = `/integrations/${integration}/calls?limit=${shown}`;
    const loaded = useLoad(`${path}#${round}`, (abort) => get<List<Call>>(path, abort));
    return (
        <section aria-labelledby="calls-title">
            <h2 id="calls-title">Recent requests</h2>
            <Loading loaded={loaded} lines={3}>
                {({ items }) =>
                    items.length === 0 ? (
                        <p class="muted">No action has used this connection yet. Connection tests stand above.</p>
                    ) : (
                        <ul class="lines">
                            {items.map((call) => (
                                <li key={call.id}>
                                    <CallLine call={call} showTime />
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Loading>
        </section>
    );
}
