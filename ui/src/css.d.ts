// Style sheets are bundled by esbuild; the import is all there is.
declare module '*.css';
