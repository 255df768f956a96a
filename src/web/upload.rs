//! Forms with files: `multipart/form-data`, bounded, and checked like every other form.

use axum::extract::{FromRequest, Multipart, Request};

use super::Web;
use super::csrf::{Form, same_site};
use super::page::Oops;
use super::session::SignedIn;

/// Bytes of one file.
pub const FILE: usize = 25 << 20;
/// Bytes of a whole form.
pub const TOTAL: usize = 30 << 20;
/// Files of a form.
pub const FILES: usize = 20;
/// Bytes of a field that is no file.
const FIELD: usize = 512 << 10;
/// Fields of a form.
const FIELDS: usize = 100;

/// A form of a signed-in guest with files.
#[derive(Debug)]
pub struct Upload {
    /// Who sent it.
    pub signed_in: SignedIn,
    /// Its fields.
    pub form: Form,
    /// Its files as they were called, with their bytes; empty inputs are left out.
    pub files: Vec<(String, Vec<u8>)>,
}

impl FromRequest<Web> for Upload {
    type Rejection = Oops;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Oops> {
        let (mut parts, body) = request.into_parts();
        same_site(web, &parts.method, &parts.headers)?;
        let signed_in = <SignedIn as axum::extract::FromRequestParts<Web>>::from_request_parts(&mut parts, web).await?;
        let request = Request::from_parts(parts, body);
        let mut multipart = Multipart::from_request(request, web).await.map_err(|_| Oops::Refused)?;
        let (mut fields, mut files, mut total) = (Vec::new(), Vec::new(), 0_usize);
        while let Some(mut field) = multipart.next_field().await.map_err(|error| fault(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let most = if file.is_some() { FILE } else { FIELD };
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|error| fault(&error))? {
                total = total.saturating_add(chunk.len());
                if bytes.len().saturating_add(chunk.len()) > most || total > TOTAL {
                    return Err(Oops::Large);
                }
                bytes.extend_from_slice(&chunk);
            }
            match file {
                Some(file) if !(file.is_empty() && bytes.is_empty()) => files.push((file, bytes)),
                Some(_) => {}
                None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
            if files.len() > FILES || fields.len() > FIELDS {
                return Err(Oops::Large);
            }
        }
        let form = Form::checked(fields, &signed_in.page.csrf)?;
        Ok(Self { signed_in, form, files })
    }
}

fn fault(error: &axum::extract::multipart::MultipartError) -> Oops {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { Oops::Large } else { Oops::Refused }
}
