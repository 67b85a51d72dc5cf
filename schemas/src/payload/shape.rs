//! The macro that declares payloads, so that the catalogue reads like the domain's own table.

/// Declares payload structs: `field: Type` is required, `field?: Type` may be left out.
///
/// Unknown fields are refused on reading; absent optional fields are not written.
macro_rules! payload {
    ($($(#[$meta:meta])* $name:ident { $($body:tt)* })+) => {
        $(payload!(@fields [$(#[$meta])* $name] [] $($body)*);)+
    };
    (@fields [$($head:tt)*] [$($done:tt)*]) => { payload!(@struct $($head)* { $($done)* }); };
    (@fields [$($head:tt)*] [$($done:tt)*] $(#[$meta:meta])* $field:ident?: $type:ty, $($rest:tt)*) => {
        payload!(@fields [$($head)*] [$($done)*
            $(#[$meta])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,
        ] $($rest)*);
    };
    (@fields [$($head:tt)*] [$($done:tt)*] $(#[$meta:meta])* $field:ident: $type:ty, $($rest:tt)*) => {
        payload!(@fields [$($head)*] [$($done)*
            $(#[$meta])*
            pub $field: $type,
        ] $($rest)*);
    };
    (@struct $(#[$meta:meta])* $name:ident { $($fields:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($fields)* }
    };
}
pub(super) use payload;
