import exported from './contract.js';
export const { storeContract } = exported;
