// Which URLs may be called at all. Apart from what calls them, so that a configuration is read without loading it.

/** True for a URL that is http or https and carries no credentials. */
export const isPlainHttp = ({ protocol, username, password }: URL): boolean =>
  /^https?:$/.test(protocol) && username === '' && password === '';
