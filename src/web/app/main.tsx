// Starts the application. Every rule is behind the API.
import './app.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { applyTheme } from '../data/preferences.ts';
import { createQueries } from '../data/query-client.ts';
import { begin } from './begin.ts';
import { createAppRouter } from './router.tsx';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no #app');
applyTheme();
const queries = createQueries();
const router = createAppRouter(queries);
await begin(router, queries);
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
