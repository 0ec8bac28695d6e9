import type { Problem } from '../api/types';
import { Field, faultOf } from './field';
import { ProblemCard } from './problem';

interface AgentFieldsProps {
    name: string;
    onName: (name: string) => void;
    instructions: string;
    onInstructions: (instructions: string) => void;
    problem: Problem | null;
}

export function AgentFields({ name, onName, instructions, onInstructions, problem }: AgentFieldsProps) {
    const elsewhere = problem && !['name', 'instructions'].includes(problem.field ?? '');
    return (
        <>
            {elsewhere && <ProblemCard problem={problem} acts={{ reload: () => location.reload() }} live />}
            <Field name="name" label="Name" hint="Customers see it." value={name} onValue={onName} fault={faultOf(problem, 'name')} required maxLength={120} />
            <Field
                name="instructions"
                label="Instructions"
                hint="What it should know and do. A language model follows them; the built-in engine keeps them for the day you choose one."
                rows={8}
                value={instructions}
                onValue={onInstructions}
                fault={faultOf(problem, 'instructions')}
            />
        </>
    );
}
