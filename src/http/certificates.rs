//! What can be wrong with a server's certificate, and with certificates to trust.

/// Why a server is not believed to be who it says.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CertificateFault {
    /// It is over.
    #[error("its certificate has expired")]
    Expired,
    /// It has not begun.
    #[error("its certificate is not valid yet")]
    NotYetValid,
    /// It is for other names.
    #[error("its certificate is for another host")]
    OtherHost,
    /// Nobody who is trusted vouches for it; a company's own authority looks like this from outside.
    #[error("its certificate is from nobody who is trusted here")]
    UnknownIssuer,
    /// It was taken back.
    #[error("its certificate was revoked")]
    Revoked,
    /// TLS cannot be agreed upon, or anything else.
    #[error("TLS fails: {0}")]
    Other(String),
}

impl CertificateFault {
    /// Whether every browser would see it, wherever it stands.
    pub fn is_proven(&self) -> bool {
        matches!(self, Self::Expired | Self::NotYetValid | Self::OtherHost | Self::Revoked)
    }
}

/// A text that was to hold certificates in PEM form, and does not.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("it holds no certificate in PEM form (`-----BEGIN CERTIFICATE-----`)")]
pub struct UnreadableCertificates;
