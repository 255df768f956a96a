//! Pages as people see them, in a real Chromium.

mod draft;
mod gallery;
mod programs;
mod readme;
mod story;
mod upload;
