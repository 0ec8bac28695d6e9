import type { Pages } from '../state/pages';

// The button below a list that has more.
export function PagesEnd<T>({ pages }: { pages: Pages<T> }) {
    if (!pages.more) return null;
    return (
        <p class="pages-end">
            <button type="button" class="button" onClick={pages.more}>
                Show more
            </button>
        </p>
    );
}
