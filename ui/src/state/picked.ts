// Files that were chosen, dropped or pasted and are not sent yet. What the server would not take is told here, before anything is sent.
export const mebibytesMax = 20; // LIMIT_UPLOAD_BYTES of the server
const filesMax = 10;

export interface Picked {
    files: File[];
    refused: string; // why some were left out; empty: none were
}

export const nothingPicked: Picked = { files: [], refused: '' };

function fault({ name, size: bytes }: File): string | null {
    if (bytes === 0) return `${name} is empty.`;
    if (bytes > mebibytesMax * 1024 * 1024) return `${name} is larger than ${mebibytesMax} MiB, the most that a file may have.`;
    return null;
}

export function pick(before: File[], more: Iterable<File>, alreadyThere: number): Picked {
    const files = [...before];
    const faults: string[] = [];
    for (const file of more) {
        const wrong = fault(file);
        if (wrong) faults.push(wrong);
        else if (files.length + alreadyThere >= filesMax) faults.push(`${file.name} is left out: at most ${filesMax} files go with a ticket or comment.`);
        else files.push(file);
    }
    return { files, refused: faults.join(' ') };
}
