//! Pages as people see them, in a real Chromium.

mod gallery;
mod story;
mod upload;
