// A line a test, what failed in full, and the sum as our other runners tell it.
export default async function* report(events) {
    let passed = 0;
    let failed = 0;
    for await (const { type, data } of events) {
        if (type !== 'test:pass' && type !== 'test:fail') continue;
        if (data.details?.type === 'suite' || data.skip) continue;
        const seconds = (data.details.duration_ms / 1000).toFixed(1).padStart(6);
        if (type === 'test:pass') passed++;
        else failed++;
        yield `${type === 'test:pass' ? 'passed' : 'FAILED'} ${seconds} s  ${data.name}\n`;
        if (type === 'test:fail') yield `${data.details.error?.cause?.stack ?? data.details.error?.message ?? ''}\n`;
    }
    yield `${passed} passed, ${failed} failed\n`;
}
