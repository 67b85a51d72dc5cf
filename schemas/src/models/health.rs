//! The spec of `model/health`: what counts how much in the health of an account.
//!
//! Scores describe accounts; they are not made for judging employees.

use serde::{Deserialize, Serialize};

use super::TypedSpec;
use super::number::{Factor, Fraction, Points, Positive, Whole};
use crate::Invalid;
use crate::payload::account::Tier;
use crate::payload::interaction::{Channel, Direction};
use crate::payload::issue::Severity;
use crate::values::{Weight, words};

words! {
    /// A part of an account's health.
    Dimension {
        /// How well we keep in touch.
        Engagement = "engagement",
        /// How content the client says to be.
        Sentiment = "sentiment",
        /// What open issues burden the client with.
        Service = "service",
        /// Whether the client orders more than a year ago.
        Commercial = "commercial",
        /// Whether the account plan keeps pace with time, and is looked after.
        Plan = "plan",
        /// How many of the client's people we know, and in which roles.
        Breadth = "breadth",
        /// How steady the accountability for the account is.
        Ownership = "ownership",
    }
}

/// Declares the parts of the spec: plain structs, every field required and none other taken.
macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)+ }
    )+};
}

parts! {
    /// Everything that the health of an account depends on beside its events.
    HealthSpec {
        /// What it is made of.
        dimensions: Dimensions,
        /// Which scores are good.
        bands: Bands,
        /// Which dimensions hold the band down while they are bad.
        caps: Caps,
        /// The share of the weights that must be present for a band.
        min_evidence_share: Fraction,
    }
    /// The dimensions.
    Dimensions {
        /// How well we keep in touch.
        engagement: Engagement,
        /// How content the client says to be.
        sentiment: Sentiment,
        /// What open issues burden the client with.
        service: Service,
        /// Whether the client orders more than before.
        commercial: Commercial,
        /// Whether the account plan keeps pace with time.
        plan: Plan,
        /// How many of the client's people we know.
        breadth: Breadth,
        /// How steady the accountability is.
        ownership: Ownership,
    }
    /// The numbers of `engagement`.
    Engagement {
        /// What it weighs among the dimensions.
        weight: Weight,
        /// The days after which a contact weighs half.
        half_life_days: Positive,
        /// What a contact weighs by its channel.
        channels: Channels,
        /// How much of that counts, by who reached out.
        directions: Directions,
        /// How often we mean to be in touch: once in so many days.
        cadence_days: ByTier,
    }
    /// A number by channel.
    Channels {
        /// Chat.
        chat: Factor,
        /// Email.
        email: Factor,
        /// An event.
        event: Factor,
        /// In person.
        face_to_face: Factor,
        /// Phone.
        phone: Factor,
        /// A portal.
        portal: Factor,
        /// Post.
        postal: Factor,
        /// Video.
        video: Factor,
    }
    /// A number by who reached out.
    Directions {
        /// The client did.
        inbound: Factor,
        /// Both met.
        mutual: Factor,
        /// We did.
        outbound: Factor,
    }
    /// A number by tier.
    ByTier {
        /// Of key accounts.
        key: Positive,
        /// Of developing accounts.
        developing: Positive,
        /// Of all others.
        other: Positive,
    }
    /// The numbers of `sentiment`.
    Sentiment {
        /// What it weighs among the dimensions.
        weight: Weight,
        /// The days after which an answer weighs half.
        half_life_days: Positive,
        /// Below this sum of weights there is no score.
        min_evidence: Factor,
    }
    /// The numbers of `service`.
    Service {
        /// What it weighs among the dimensions.
        weight: Weight,
        /// How much an open issue burdens, by severity; an unknown one counts as medium.
        severities: BySeverity,
        /// The days in which an issue is to be resolved that names no date for it, by severity.
        sla_days: SlaDays,
        /// The share of its severity with which a reopening burdens.
        reopened_share: Factor,
        /// The days in which it does.
        reopened_days: Whole,
        /// The burden that halves the score.
        half_burden: Positive,
    }
    /// A number by severity.
    BySeverity {
        /// Critical.
        critical: Factor,
        /// High.
        high: Factor,
        /// Medium.
        medium: Factor,
        /// Low.
        low: Factor,
    }
    /// A number of days above 0, by severity.
    SlaDays {
        /// Critical.
        critical: Positive,
        /// High.
        high: Positive,
        /// Medium.
        medium: Positive,
        /// Low.
        low: Positive,
    }
    /// The numbers of `commercial`.
    Commercial {
        /// What it weighs among the dimensions.
        weight: Weight,
        /// The days whose orders are compared with those of as many days before.
        period_days: Whole,
        /// The growth that gives all points; as much decline gives none.
        full_growth: Positive,
    }
    /// The numbers of `plan`.
    Plan {
        /// What it weighs among the dimensions.
        weight: Weight,
        /// The days after a review in which the score falls to half.
        review_half_life_days: Positive,
    }
    /// The numbers of `breadth`.
    Breadth {
        /// What it weighs among the dimensions.
        weight: Weight,
        /// How many contacts we mean to know equally well.
        contacts: ByTier,
        /// The days in which a contact must have been touched for its role to count.
        touched_days: Whole,
    }
    /// The numbers of `ownership`.
    Ownership {
        /// What it weighs among the dimensions.
        weight: Weight,
        /// The days of tenure that give half the points.
        tenure_half_life_days: Positive,
        /// The civil months in which changes count.
        change_months: Whole,
        /// How many changes beyond the first halve the score.
        half_changes: Positive,
        /// The days in which days without an owner count.
        orphan_days: Whole,
    }
    /// Which scores are good: red below yellow below green.
    Bands {
        /// The least score that is yellow.
        yellow_from: Points,
        /// The least score that is green.
        green_from: Points,
    }
    /// Which dimensions hold the band down: one of them below the mark to yellow, two to red.
    Caps {
        /// The dimensions.
        dimensions: Vec<Dimension>,
        /// The mark.
        below: Points,
    }
}

impl Channels {
    /// What a contact through the channel weighs.
    pub fn get(&self, channel: Channel) -> Factor {
        match channel {
            Channel::Chat => self.chat,
            Channel::Email => self.email,
            Channel::Event => self.event,
            Channel::FaceToFace => self.face_to_face,
            Channel::Phone => self.phone,
            Channel::Portal => self.portal,
            Channel::Postal => self.postal,
            Channel::Video => self.video,
        }
    }
}

impl Directions {
    /// How much of it counts.
    pub fn get(&self, direction: Direction) -> Factor {
        match direction {
            Direction::Inbound => self.inbound,
            Direction::Mutual => self.mutual,
            Direction::Outbound => self.outbound,
        }
    }
}

impl ByTier {
    /// The number of a tier; of an account that has none, that of all others.
    pub fn get(&self, tier: Option<Tier>) -> Positive {
        match tier {
            Some(Tier::Key) => self.key,
            Some(Tier::Developing) => self.developing,
            Some(Tier::Maintained | Tier::Streamlined) | None => self.other,
        }
    }
}

impl BySeverity {
    /// The number of a severity; an unknown one counts as medium.
    pub fn get(&self, severity: Option<Severity>) -> Factor {
        match severity {
            Some(Severity::Critical) => self.critical,
            Some(Severity::High) => self.high,
            Some(Severity::Medium) | None => self.medium,
            Some(Severity::Low) => self.low,
        }
    }
}

impl SlaDays {
    /// The days of a severity; an unknown one counts as medium.
    pub fn get(&self, severity: Option<Severity>) -> Positive {
        match severity {
            Some(Severity::Critical) => self.critical,
            Some(Severity::High) => self.high,
            Some(Severity::Medium) | None => self.medium,
            Some(Severity::Low) => self.low,
        }
    }
}

impl HealthSpec {
    /// What a dimension weighs.
    pub fn weight(&self, dimension: Dimension) -> u32 {
        let of = &self.dimensions;
        let weight = match dimension {
            Dimension::Engagement => of.engagement.weight,
            Dimension::Sentiment => of.sentiment.weight,
            Dimension::Service => of.service.weight,
            Dimension::Commercial => of.commercial.weight,
            Dimension::Plan => of.plan.weight,
            Dimension::Breadth => of.breadth.weight,
            Dimension::Ownership => of.ownership.weight,
        };
        weight.get()
    }
}

impl TypedSpec for HealthSpec {
    const MODEL: &'static str = "health";

    fn built_in() -> Self {
        Self {
            dimensions: Dimensions {
                engagement: engagement(),
                sentiment: Sentiment {
                    weight: Weight::of(15),
                    half_life_days: Positive::of(180, 0),
                    min_evidence: Factor::of(25, 2),
                },
                service: service(),
                commercial: Commercial {
                    weight: Weight::of(20),
                    period_days: Whole::of(365, 0),
                    full_growth: Positive::of(25, 2),
                },
                plan: Plan { weight: Weight::of(10), review_half_life_days: Positive::of(90, 0) },
                breadth: Breadth {
                    weight: Weight::of(12),
                    contacts: by_tier(6, 4, 2),
                    touched_days: Whole::of(180, 0),
                },
                ownership: Ownership {
                    weight: Weight::of(8),
                    tenure_half_life_days: Positive::of(180, 0),
                    change_months: Whole::of(24, 0),
                    half_changes: Positive::of(2, 0),
                    orphan_days: Whole::of(365, 0),
                },
            },
            bands: Bands { yellow_from: Points::of(50, 0), green_from: Points::of(75, 0) },
            caps: Caps { dimensions: vec![Dimension::Service, Dimension::Sentiment], below: Points::of(25, 0) },
            min_evidence_share: Fraction::of(5, 1),
        }
    }

    fn check(&self) -> Result<(), Invalid> {
        if Dimension::ALL.iter().all(|dimension| self.weight(*dimension) == 0) {
            let message = "every dimension weighs 0: give at least one of them a weight";
            return Err(Invalid::at("dimensions", message));
        }
        if self.bands.yellow_from > self.bands.green_from {
            let message = format!("{} is below yellow_from, {}", self.bands.green_from, self.bands.yellow_from);
            return Err(Invalid::at("bands.green_from", message));
        }
        let repeated = (1..self.caps.dimensions.len()).find(|at| {
            let (before, rest) = self.caps.dimensions.split_at(*at);
            rest.first().is_some_and(|dimension| before.contains(dimension))
        });
        match repeated {
            Some(at) => Err(Invalid::at(format!("caps.dimensions[{at}]"), "is named twice: name it once")),
            None => Ok(()),
        }
    }
}

fn engagement() -> Engagement {
    let tenths = |tenths| Factor::of(tenths, 1);
    Engagement {
        weight: Weight::of(20),
        half_life_days: Positive::of(45, 0),
        channels: Channels {
            chat: tenths(3),
            email: tenths(4),
            event: tenths(10),
            face_to_face: tenths(12),
            phone: tenths(7),
            portal: tenths(3),
            postal: tenths(3),
            video: tenths(10),
        },
        directions: Directions { inbound: tenths(10), mutual: tenths(10), outbound: tenths(5) },
        cadence_days: by_tier(14, 30, 90),
    }
}

fn service() -> Service {
    let whole = |number| Factor::of(number, 0);
    let days = |number| Positive::of(number, 0);
    Service {
        weight: Weight::of(15),
        severities: BySeverity { critical: whole(8), high: whole(4), medium: whole(2), low: whole(1) },
        sla_days: SlaDays { critical: days(2), high: days(5), medium: days(10), low: days(20) },
        reopened_share: Factor::of(5, 1),
        reopened_days: Whole::of(90, 0),
        half_burden: days(10),
    }
}

fn by_tier(key: i64, developing: i64, other: i64) -> ByTier {
    ByTier { key: Positive::of(key, 0), developing: Positive::of(developing, 0), other: Positive::of(other, 0) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::models::Spec;

    /// The built-in spec with the value at a pointer replaced, or taken away.
    fn changed(pointer: &str, value: Option<Value>) -> Spec {
        let mut json = serde_json::to_value(HealthSpec::built_in()).unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let parent = json.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => parent.insert(field.to_owned(), value),
            None => parent.remove(field),
        };
        serde_json::from_value(json).unwrap()
    }

    #[track_caller]
    fn refused(pointer: &str, value: Option<Value>, field: &str, message: &str) {
        let error = HealthSpec::read(&changed(pointer, value)).unwrap_err();
        assert_eq!((error.field.as_str(), error.message.as_str()), (field, message), "{error}");
    }

    #[test]
    fn the_built_in_spec_survives_being_written() {
        let spec = HealthSpec::built_in().to_spec();
        assert_eq!(HealthSpec::read(&spec).unwrap(), HealthSpec::built_in());
        assert_eq!(spec["dimensions"]["engagement"]["channels"]["face_to_face"], "1.2");
        assert_eq!(spec["dimensions"]["breadth"]["weight"], 12);
        assert_eq!(spec["min_evidence_share"], "0.5");
        let weights: u32 = Dimension::ALL.iter().map(|dimension| HealthSpec::built_in().weight(*dimension)).sum();
        assert_eq!(weights, 100);
    }

    #[test]
    fn a_bad_spec_is_refused_with_the_field() {
        let half_life = "/dimensions/engagement/half_life_days";
        let out = "is out of range: give more than 0, up to 1000000";
        refused(half_life, Some(json!("-45")), "dimensions.engagement.half_life_days", &format!("-45 {out}"));
        refused(half_life, Some(json!("0")), "dimensions.engagement.half_life_days", &format!("0 {out}"));
        refused(half_life, None, "dimensions.engagement.half_life_days", "is missing");
        refused(
            "/dimensions/plan/weight",
            Some(json!(-1)),
            "dimensions.plan.weight",
            "-1 is out of range: give 0 to 1000000",
        );
        refused("/dimensions/engagement/channels/phone", None, "dimensions.engagement.channels.phone", "is missing");
        refused(
            "/caps/dimensions",
            Some(json!(["plan", "plan"])),
            "caps.dimensions[1]",
            "is named twice: name it once",
        );
        refused("/bands/green_from", Some(json!("40")), "bands.green_from", "40 is below yellow_from, 50");
        let luck = HealthSpec::read(&changed("/caps/dimensions", Some(json!(["luck"])))).unwrap_err();
        assert_eq!(luck.field, "caps.dimensions[0]");
        assert!(luck.message.starts_with("\"luck\" is none of: engagement, sentiment"), "{luck}");
    }

    #[test]
    fn an_unknown_channel_is_named() {
        let error = HealthSpec::read(&changed("/dimensions/engagement/channels/fax", Some(json!("0.3")))).unwrap_err();
        assert_eq!(error.field, "dimensions.engagement.channels.fax");
        assert!(error.message.contains("chat"), "{error}");
    }

    #[test]
    fn weights_that_are_all_zero_are_refused() {
        let mut spec = HealthSpec::built_in();
        let of = &mut spec.dimensions;
        for weight in [
            &mut of.engagement.weight,
            &mut of.sentiment.weight,
            &mut of.service.weight,
            &mut of.commercial.weight,
            &mut of.plan.weight,
            &mut of.breadth.weight,
        ] {
            *weight = Weight::of(0);
        }
        assert_eq!(spec.check(), Ok(()));
        spec.dimensions.ownership.weight = Weight::of(0);
        assert_eq!(spec.check().unwrap_err().field, "dimensions");
    }
}
