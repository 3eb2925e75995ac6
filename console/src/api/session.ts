// sessionStorage only: a token is gone with its tab, and no other tab reads it.
const key = "drover.token";

export const storedToken = (): string | undefined => sessionStorage.getItem(key) ?? undefined;
export const keepToken = (token: string): void => sessionStorage.setItem(key, token);
export const forgetToken = (): void => sessionStorage.removeItem(key);
