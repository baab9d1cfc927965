import { useEffect, useState } from 'preact/hooks';

/** The page's address behind the #, as its parts: '#/inbox/42' is ['inbox', '42']. */
function readRoute(): string[] {
  return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
}

export function useRoute(): string[] {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const onChange = () => setRoute(readRoute());
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return route;
}

export function goTo(...parts: string[]): void {
  location.hash = `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** Whether this very page is shown, and no item of it. */
export const isAt = (page: string): boolean => readRoute().join('/') === page;
