// The agents, shared by the navigation and the screens. Screens that change one call refreshAgents.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asProblem, get } from '../api/client';
import type { Agent, List, Problem } from '../api/types';

export const agents = signal<Agent[] | null>(null);
export const currentAgent = signal<string | null>(null); // whose screen is shown
export const agentsProblem = signal<Problem | null>(null);

export async function refreshAgents(): Promise<void> {
    try {
        agents.value = (await get<List<Agent>>('/agents?limit=100')).items;
        agentsProblem.value = null;
    } catch (reason) {
        agentsProblem.value = asProblem(reason);
    }
}

export function useCurrentAgent(id: string | null): void {
    useEffect(() => {
        currentAgent.value = id;
        return () => {
            currentAgent.value = null;
        };
    }, [id]);
}
