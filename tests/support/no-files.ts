// For statements that have to do with no file: a storage with nothing in it.
export const noFiles = { async remove(): Promise<void> {} }
