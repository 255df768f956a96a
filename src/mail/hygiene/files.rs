//! Files that mail programs add.

use crate::letter::Attachment;

/// Whether a file belongs to the writer's mail program rather than to what they wrote: signatures, keys and cards hold
/// their address, and what is encrypted nobody could read.
#[must_use]
pub fn is_programs_own(file: &Attachment) -> bool {
    let name = file.name.to_lowercase();
    let ends = [".p7s", ".vcf", "winmail.dat"].iter().any(|end| name.ends_with(end));
    let key = name.starts_with("openpgp_") && name.ends_with(".asc") || name == "encrypted.asc" || name.ends_with(".p7m");
    ends || key
        || matches!(
            file.content_type.as_str(),
            "application/pkcs7-signature"
                | "application/x-pkcs7-signature"
                | "application/pkcs7-mime"
                | "application/x-pkcs7-mime"
                | "application/pgp-encrypted"
                | "application/pgp-signature"
                | "application/pgp-keys"
                | "application/ms-tnef"
                | "text/vcard"
                | "text/x-vcard"
                | "text/directory"
        )
}
