//! What we can do for clients.

use super::shape::payload;
use crate::{Name, OfferingId};

payload! {
    /// An offering is for sale from here on.
    OfferingListed {
        /// The offering's id.
        offering: OfferingId,
        /// The name.
        name: Name,
        /// The category, in the firm's own words.
        category?: Name,
    }
    /// An offering is for sale no more.
    OfferingRetired {
        /// The offering.
        offering: OfferingId,
    }
}
