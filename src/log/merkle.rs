//! The Merkle tree of RFC 6962 (SHA-256), kept as the roots of its perfect subtrees, so that it grows leaf by leaf.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The number of leaves in a block, and in a tile of `tlog-tiles`.
pub const BLOCK_LEAVES: u64 = 256;

/// The hash of a leaf: SHA-256 over `0x00` and its bytes.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// The hash of an inner node: SHA-256 over `0x01` and both children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over leaf hashes, such as those of one block.
pub fn root_of(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(leaf);
    }
    frontier.root()
}

/// A tree that can grow: its size, and the root of each perfect subtree from the largest to the smallest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// A tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.carry(leaf, self.size.trailing_ones());
        self.size = self.size.saturating_add(1);
    }

    /// Adds the root over the next 256 leaves; refused with `false` unless the size is a multiple of 256.
    #[must_use]
    pub fn push_block(&mut self, root: Hash) -> bool {
        if !self.size.is_multiple_of(BLOCK_LEAVES) {
            return false;
        }
        self.carry(root, (self.size / BLOCK_LEAVES).trailing_ones());
        self.size = self.size.saturating_add(BLOCK_LEAVES);
        true
    }

    /// The root; for no leaves the hash of nothing.
    pub fn root(&self) -> Hash {
        let smallest_first = self.subtrees.iter().rev().copied();
        smallest_first.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(|| Sha256::digest([]).into())
    }

    /// Puts a subtree at the end after joining it with its `joins` equally large neighbours.
    fn carry(&mut self, mut node: Hash, joins: u32) {
        for _ in 0..joins {
            let Some(left) = self.subtrees.pop() else { break };
            node = node_hash(&left, &node);
        }
        self.subtrees.push(node);
    }
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    use super::*;

    fn oracle(leaves: &[Vec<u8>]) -> Hash {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for leaf in leaves {
            tree.push(leaf.clone());
        }
        (*tree.root().as_bytes()).into()
    }

    fn leaf(number: usize) -> Vec<u8> {
        format!("leaf {number}").into_bytes()
    }

    #[test]
    fn the_empty_tree_is_the_hash_of_nothing() {
        assert_eq!(Frontier::new().root()[..4], [0xe3, 0xb0, 0xc4, 0x42]);
        assert_eq!(Frontier::new().root(), oracle(&[]));
    }

    #[test]
    fn every_small_tree_has_the_oracles_root() {
        let mut frontier = Frontier::new();
        let mut leaves = Vec::new();
        for number in 0..300 {
            assert_eq!(frontier.root(), oracle(&leaves), "{number} leaves");
            leaves.push(leaf(number));
            frontier.push(leaf_hash(&leaf(number)));
        }
    }

    #[test]
    fn a_block_is_refused_between_blocks() {
        let mut frontier = Frontier::new();
        frontier.push(leaf_hash(b"one"));
        let before = frontier.clone();
        assert!(!frontier.push_block(leaf_hash(b"two")));
        assert_eq!(frontier, before);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_leaves_have_the_oracles_root(leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..700)) {
            prop_assert_eq!(root_of(leaves.iter().map(|leaf| leaf_hash(leaf))), oracle(&leaves));
        }

        #[test]
        fn blocks_and_leaves_join_to_the_same_tree(blocks in 0_usize..9, rest in 0_usize..256) {
            let hashes: Vec<Hash> = (0..blocks * 256 + rest).map(|number| leaf_hash(&leaf(number))).collect();
            let mut frontier = Frontier::new();
            let (full, tail) = hashes.split_at(blocks * 256);
            for block in full.chunks(256) {
                prop_assert!(frontier.push_block(root_of(block.iter().copied())));
            }
            for leaf in tail {
                frontier.push(*leaf);
            }
            let mut plain = Frontier::new();
            for leaf in &hashes {
                plain.push(*leaf);
            }
            prop_assert_eq!(frontier.root(), plain.root());
            prop_assert_eq!(frontier, plain);
        }
    }
}
