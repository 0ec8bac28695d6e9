// Something typed is not saved, and the person wants to go elsewhere.
import { useEffect } from 'preact/hooks';
import { guard, held, leave } from '../router';
import { Dialog } from './dialog';

// Holds moves away from this screen while there are changes.
export function useGuard(changed: boolean): void {
    useEffect(() => {
        guard.value = changed ? location.pathname + location.search : null;
        return () => {
            guard.value = null;
        };
    }, [changed]);
}

export function LeaveDialog() {
    if (held.value === null) return null;
    const stay = () => (held.value = null);
    return (
        <Dialog title="Leave without saving?" onClose={stay}>
            <p>What you changed on this page is not saved yet.</p>
            <div class="form-buttons">
                <button type="button" class="button button-main" autofocus onClick={stay}>
                    Stay on this page
                </button>
                <button type="button" class="button button-danger" onClick={leave}>
                    Leave without saving
                </button>
            </div>
        </Dialog>
    );
}
