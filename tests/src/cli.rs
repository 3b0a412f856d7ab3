//! The command line: every command, and every bad input, as a person would meet them.

mod basics;
mod documents;
mod folder;
mod interrupt;
mod keys;
mod run;
mod signin;
mod survey;
mod terminal;
mod work;
