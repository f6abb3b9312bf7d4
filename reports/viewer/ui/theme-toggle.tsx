// Light or dark: as the system says, until somebody chooses.

import { useLayoutEffect, useState } from 'preact/hooks'

type Theme = 'light' | 'dark'

const query = '(prefers-color-scheme: dark)'

/** The theme that is on, and a way to the other one. */
export function useTheme(): { readonly theme: Theme; readonly toggle: () => void } {
  const [system, setSystem] = useState<Theme>(() => (matchMedia(query).matches ? 'dark' : 'light'))
  const [chosen, setChosen] = useState<Theme | null>(null)
  const theme = chosen ?? system
  useLayoutEffect(() => {
    const list = matchMedia(query)
    const follow = (): void => setSystem(list.matches ? 'dark' : 'light')
    list.addEventListener('change', follow)
    return () => list.removeEventListener('change', follow)
  }, [])
  // Before anything is drawn: canvases read the colours that are in force.
  document.documentElement.dataset['theme'] = theme
  return { theme, toggle: () => setChosen(theme === 'dark' ? 'light' : 'dark') }
}
