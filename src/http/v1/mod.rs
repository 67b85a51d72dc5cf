//! The resources of version 1, one file each: its parameters, its answer, how it is found.

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod audit;
pub(super) mod book;
pub(super) mod competitors;
pub(super) mod consents;
pub(super) mod contacts;
pub(super) mod events;
pub(super) mod findings;
pub(super) mod interactions;
pub(super) mod issues;
pub(super) mod notes;
pub(super) mod offerings;
pub(super) mod orders;
pub(super) mod owners;
pub(super) mod ownership;
pub(super) mod people;
pub(super) mod relationships;
pub(super) mod schemas;
pub(super) mod spend;
pub(super) mod timeline;
pub(super) mod whitespace;
