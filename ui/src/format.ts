// Values as people read them.
import type { Json } from './api/types';

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 365 * 86400],
    ['month', 30 * 86400],
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
];

export function ago(time: string, now: number): string {
    const seconds = (Date.parse(time) - now) / 1000;
    for (const [unit, length] of steps) {
        if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
    }
    return seconds > 5 ? 'in a moment' : 'just now';
}

export const withZone = (time: string): string => absolute.format(new Date(time));
export const date = (time: string): string => day.format(new Date(time));

export function duration(ms: number): string {
    if (ms < 1000) return `${Math.round(ms)} ms`;
    return `${(ms / 1000).toFixed(1)} s`;
}

export function size(bytes: number): string {
    if (bytes < 1000) return count(bytes, 'byte', 'bytes');
    if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
    return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function count(n: number, one: string, many: string): string {
    return `${n} ${n === 1 ? one : many}`;
}

const labels: Record<string, string> = { id: 'Number', uploads: 'Attached', requester_email: 'Requester', url: 'Address' };

// "requester_name" as a label.
export function label(member: string): string {
    const words = member.replaceAll('_', ' ').replace(/\bid\b/, 'number');
    return labels[member] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const firstTold = ['id', 'ticket_id', 'subject', 'description', 'requester_email', 'requester_name', 'status', 'priority'];

// The members of an action's arguments or result as a person would tell them; JSON promises no order.
export function told(members: Record<string, Json>): [string, Json][] {
    const rank = (name: string) => (firstTold.includes(name) ? firstTold.indexOf(name) : firstTold.length);
    return Object.entries(members).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

// A JSON value in a line of a card.
export function plain(value: Json, name = ''): string {
    if (value === null) return '-';
    if (name === 'uploads' && Array.isArray(value)) return count(value.length, 'file', 'files');
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ');
    return JSON.stringify(value);
}

// A body of a request or an answer: indented where it is JSON, as it came where it is not.
export function pretty(body: Json): string {
    if (typeof body !== 'string') return JSON.stringify(body, null, 2);
    try {
        return JSON.stringify(JSON.parse(body), null, 2);
    } catch {
        return body;
    }
}

interface Account {
    practice: boolean;
    subdomain: string;
}

// What an account is called, alone and within a sentence: a practice account is nowhere at zendesk.com.
export const accountName = ({ practice, subdomain }: Account): string => (practice ? `Practice account ${subdomain}` : `${subdomain}.zendesk.com`);
export const inAccount = ({ practice, subdomain }: Account): string => (practice ? `the practice account ${subdomain}` : `${subdomain}.zendesk.com`);
