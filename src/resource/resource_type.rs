//! The types of resources and their names.

/// The types of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceType {
    /// Who may ask for tokens.
    Client,
    /// Whose tokens are trusted.
    TokenIntrospector,
    /// For whom tokens are issued.
    User,
}

impl ResourceType {
    /// The name, as in paths and in `resourceType`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::TokenIntrospector => "TokenIntrospector",
            Self::User => "User",
        }
    }

    /// The type with this exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Client, Self::TokenIntrospector, Self::User].into_iter().find(|own| own.name() == name)
    }
}
