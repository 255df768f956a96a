//! Pages as people see them, in a real Chromium.

mod draft;
mod gallery;
mod readme;
mod story;
mod upload;
