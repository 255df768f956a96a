//! Pages as people see them, in a real Chromium.

mod draft;
mod gallery;
mod programs;
mod story;
mod upload;
