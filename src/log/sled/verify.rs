//! The full check: every block is read from the disk, every hash computed anew, and all differences listed.

use super::block::{BLOCK_EVENTS, BlockMeta};
use super::reader::Shared;
use super::store::corrupt;
use crate::log::merkle::{BLOCK_LEAVES, Frontier, leaf_hash, root_of};
use crate::log::{LogError, LogReader, Verification};

/// Checks what was visible when it began; past the cache, so that the disk is what is checked.
pub(super) fn verify(log: &Shared, progress: &mut dyn FnMut(u64)) -> Verification {
    let (head, blocks, tail) = {
        let state = log.state();
        (state.head, state.blocks.clone(), state.tail.clone())
    };
    let mut problems = Vec::new();
    let mut frontier = Frontier::new();
    for (number, meta) in (0_u64..).zip(&blocks) {
        problems.extend(verify_block(log, number, meta).err());
        if !frontier.push_block(meta.root) {
            problems.push(LogError::RootDiffers { size: head.size });
        }
        progress(frontier.size());
    }
    // The tail also holds events of the last blocks, which were checked as the store has them.
    let tail_first = head.size.saturating_sub(u64::try_from(tail.len()).unwrap_or(u64::MAX));
    let in_blocks = usize::try_from(frontier.size().saturating_sub(tail_first)).unwrap_or(usize::MAX);
    for (_, bytes) in tail.iter().skip(in_blocks) {
        frontier.push(leaf_hash(bytes));
    }
    progress(frontier.size());
    if (frontier.size(), frontier.root()) != (head.size, head.root) {
        problems.push(LogError::RootDiffers { size: head.size });
    }
    Verification { head, problems }
}

fn verify_block(log: &Shared, number: u64, meta: &BlockMeta) -> Result<(), LogError> {
    let different = |what: &str| Err(corrupt(&log.dir, number, what.to_owned()));
    let record = log.store.index_record(number)?;
    if record.meta != *meta {
        return different("its index record changed since the ledger was opened");
    }
    let block = log.store.block(number, meta)?;
    let leaves = (0..BLOCK_EVENTS).filter_map(|event| block.event(event)).map(|bytes| leaf_hash(&bytes));
    if root_of(leaves) != meta.root {
        return different("its events have another Merkle root than its index record says");
    }
    let positions = number.saturating_mul(BLOCK_LEAVES)..;
    for (id, position) in record.ids().zip(positions) {
        if log.find(id) != Some(position) {
            return different("its index record names other ids than were found on opening");
        }
    }
    Ok(())
}
