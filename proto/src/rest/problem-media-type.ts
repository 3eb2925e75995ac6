/** Apart from the problem's form: clients need the name alone. */
export const problemMediaType = "application/problem+json";
