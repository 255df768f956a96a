//! A browser on the desk's pages, without a network: cookies are kept, forms carry what the page gave them.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use postroom::desk::people::fold_address;
use postroom::store::people;
use postroom::web::session;
use tower::ServiceExt;

use super::desk::World;

/// What the test desk's pages are called.
pub(crate) const BASE: &str = "https://help.desk.example";

/// Somebody's browser.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    /// Its cookies, as a request carries them.
    pub(crate) cookies: String,
    /// What it asks pages to be in.
    pub(crate) language: &'static str,
}

/// A page as it came.
pub(crate) struct Shown {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

impl Shown {
    /// Its bytes as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Where it leads to.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the first hidden field of this name.
    pub(crate) fn hidden(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split('"').next()?.to_owned())
    }
}

impl World {
    /// A browser that nobody is signed in with.
    pub(crate) fn browser(&self) -> Browser {
        Browser::on(self.web())
    }

    /// The browser of a guest who is signed in.
    pub(crate) async fn signed_in(&self, address: &str) -> Browser {
        let person = people::by_address(&mut self.store.read().await.unwrap(), &fold_address(address)).await.unwrap().unwrap();
        let web = self.web();
        let cookie = session::begin(&self.store, true, person.id, "test", self.clock.now(), &web.rng).await.unwrap();
        let mut browser = self.browser();
        browser.keep(cookie.header().unwrap().to_str().unwrap());
        browser
    }
}

impl Browser {
    /// A browser on other pages than the world's own.
    pub(crate) fn on(web: postroom::web::Web) -> Self {
        Self { router: postroom::app::pages(web), cookies: String::new(), language: "en" }
    }

    /// Looks at a page.
    pub(crate) async fn get(&mut self, path: &str) -> Shown {
        self.ask(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form, with the `csrf` of the page at `from`.
    pub(crate) async fn send(&mut self, from: &str, path: &str, fields: &[(&str, &str)]) -> Shown {
        let page = self.get(from).await;
        let csrf = page.hidden("csrf").unwrap_or_default();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.post(path, &all).await
    }

    /// Sends these fields and nothing else.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let encode = |text: &str| postroom::web::page::percent_encoded(text);
        let body = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.header("sec-fetch-site", "same-origin").body(Body::from(body)).unwrap()).await
    }

    /// Sends a form with files.
    pub(crate) async fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Shown {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        for (name, data) in files {
            let head = format!("--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend_from_slice(data);
            body.extend(b"\r\n");
        }
        body.extend(b"--XX--\r\n");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX");
        self.ask(request.header("sec-fetch-site", "same-origin").body(Body::from(body)).unwrap()).await
    }

    /// A request to be changed before it is asked.
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "help.desk.example");
        let request = request.header(header::ACCEPT_LANGUAGE, self.language);
        if self.cookies.is_empty() { request } else { request.header(header::COOKIE, &self.cookies) }
    }

    /// Asks, and keeps the cookies of the answer.
    pub(crate) async fn ask(&mut self, request: Request<Body>) -> Shown {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Shown { status: parts.status, headers: parts.headers, bytes }
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap().to_owned();
        let name = pair.split('=').next().unwrap().to_owned();
        let mut all: Vec<String> = self
            .cookies
            .split("; ")
            .filter(|old| !old.is_empty() && old.split('=').next() != Some(&name))
            .map(str::to_owned)
            .collect();
        if !cookie.contains("Max-Age=0") {
            all.push(pair);
        }
        self.cookies = all.join("; ");
    }
}
