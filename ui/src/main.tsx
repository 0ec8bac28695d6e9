import { render } from 'preact';
import './styles/index.css';
import { App } from './app';
import { startRouter } from './router';
import { watchReach } from './state/reach';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
startRouter();
watchReach();
render(<App />, root);
