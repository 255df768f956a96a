//! Plays mail programs: new mails, replies and forwards with the headers and bodies that each program really writes.
//!
//! The bytes depend on the arguments alone. A reply goes where the program would send it (Reply-To before From), names
//! its parent in In-Reply-To and References, and quotes it in the program's own way; [`Reply`] lets a test do what
//! people do: change recipients or the subject, add files, answer between the lines or below, cut the quotation off.

use super::body::body;
use super::envelope::{Head, write};
use super::parent::{Addressee, Parent, addresses};
pub use super::program::{Client, File, Program, Written};
use super::program::{Kind, Place, Quote, Signs, Stretch};
use crate::desk::people::Language;
use crate::time::Timestamp;

impl Client {
    /// Somebody without a signature, in Berlin or in London as the language has it.
    #[must_use]
    pub fn new(name: &str, address: &str, program: Program, language: Language) -> Self {
        let time_zone = match language {
            Language::German => "Europe/Berlin",
            Language::English => "Europe/London",
        };
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            program,
            language,
            signature: None,
            time_zone: time_zone.to_owned(),
        }
    }

    /// The same with a signature.
    #[must_use]
    pub fn signed(mut self, signature: &str) -> Self {
        self.signature = Some(signature.to_owned());
        self
    }

    /// A new mail.
    #[must_use]
    pub fn new_mail(&self, written: &Written) -> Vec<u8> {
        let body = body(self, &written.text, None);
        let head = Head {
            to: people(&written.to),
            cc: people(&written.cc),
            subject: written.subject.clone(),
            at: written.at,
            message_id: bare(&written.message_id),
            references: Vec::new(),
            extra: Vec::new(),
        };
        write(self, &head, body, &written.files)
    }

    /// A reply to the parent's Reply-To or From.
    #[must_use]
    pub fn reply(&self, parent: &[u8], text: &str, at: Timestamp, message_id: &str) -> Vec<u8> {
        self.answer(parent, text).write(at, message_id)
    }

    /// A reply to everybody but oneself.
    #[must_use]
    pub fn reply_all(&self, parent: &[u8], text: &str, at: Timestamp, message_id: &str) -> Vec<u8> {
        self.answer(parent, text).all().write(at, message_id)
    }

    /// A forward, inline as all these programs do by default, without the parent's attachments.
    #[must_use]
    pub fn forward(&self, parent: &[u8], to: &str, text: &str, at: Timestamp, message_id: &str) -> Vec<u8> {
        self.pass_on(parent, to, text).write(at, message_id)
    }

    /// A reply to be changed before it is written.
    #[must_use]
    pub fn answer(&self, parent: &[u8], text: &str) -> Reply<'_> {
        let parent = Parent::read(parent);
        let to = if parent.reply_to.is_empty() { parent.from.clone() } else { parent.reply_to.clone() };
        let subject = self.subject(&parent, Kind::Reply);
        Reply::new(self, parent, Kind::Reply, to, subject, text)
    }

    /// A forward to be changed before it is written.
    #[must_use]
    pub fn pass_on(&self, parent: &[u8], to: &str, text: &str) -> Reply<'_> {
        let parent = Parent::read(parent);
        let subject = self.subject(&parent, Kind::Forward);
        Reply::new(self, parent, Kind::Forward, addresses(to), subject, text)
    }

    /// The subject as the program makes it of the parent's.
    fn subject(&self, parent: &Parent, kind: Kind) -> String {
        let old = parent.subject.as_str();
        let german = self.language == Language::German;
        let outlook = matches!(self.program, Program::OutlookDesktop | Program::OutlookMobile | Program::OutlookOnTheWeb);
        let prefix = match (self.program, kind) {
            (Program::Mutt, Kind::Forward) => return format!("[{}: {old}]", parent.writer().address),
            (_, Kind::Reply) if outlook && german => "AW: ",
            (_, Kind::Forward) if outlook && german => "WG: ",
            (Program::OutlookDesktop, Kind::Reply) => "RE: ",
            (Program::OutlookDesktop, Kind::Forward) => "FW: ",
            (_, Kind::Forward) if outlook => "Fw: ",
            (Program::AppleMail, Kind::Reply) if german => "Aw: ",
            (_, Kind::Reply) => "Re: ",
            (_, Kind::Forward) => "Fwd: ",
        };
        // Outlook replaces whatever prefix of up to three letters is there, the others only avoid doubling their own.
        let rest = match old.split_once(": ") {
            Some((first, rest)) if outlook && first.len() <= 3 && first.chars().all(|c| c.is_ascii_alphabetic()) => rest,
            Some((first, rest)) if prefix.trim_end_matches(": ").eq_ignore_ascii_case(first) => rest,
            _ => old,
        };
        format!("{prefix}{rest}")
    }
}

/// A reply or forward that is not written yet.
#[derive(Debug, Clone)]
pub struct Reply<'a> {
    client: &'a Client,
    parent: Parent,
    kind: Kind,
    to: Vec<Addressee>,
    cc: Vec<Addressee>,
    subject: String,
    text: String,
    files: Vec<File>,
    place: Place,
    signs: Signs,
    inline: Vec<(String, String)>,
    quoted: bool,
    threaded: bool,
    extra: Vec<(String, String)>,
}

impl<'a> Reply<'a> {
    fn new(client: &'a Client, parent: Parent, kind: Kind, to: Vec<Addressee>, subject: String, text: &str) -> Self {
        Self {
            client,
            parent,
            kind,
            to,
            cc: Vec::new(),
            subject,
            text: text.to_owned(),
            files: Vec::new(),
            place: Place::Above,
            signs: Signs::AsEver,
            inline: Vec::new(),
            quoted: true,
            threaded: true,
            extra: Vec::new(),
        }
    }

    /// To everybody: the other recipients join in To or Cc as the program has it, oneself left out.
    #[must_use]
    pub fn all(mut self) -> Self {
        let known: Vec<String> = self.to.iter().map(|who| who.address.to_lowercase()).collect();
        let others = |people: &[Addressee]| -> Vec<Addressee> {
            let other = |who: &&Addressee| {
                !who.address.eq_ignore_ascii_case(&self.client.address) && !known.contains(&who.address.to_lowercase())
            };
            people.iter().filter(other).cloned().collect()
        };
        let (to, cc) = (others(&self.parent.to), others(&self.parent.cc));
        match self.client.program {
            Program::Gmail | Program::AppleMail | Program::Mutt => self.cc.extend(to),
            _ => self.to.extend(to),
        }
        self.cc.extend(cc);
        self
    }

    /// Replaces the recipients: `a@b`, `Name <a@b>`, several with commas.
    #[must_use]
    pub fn to(mut self, list: &str) -> Self {
        self.to = addresses(list);
        self
    }

    /// Adds further recipients.
    #[must_use]
    pub fn also_to(mut self, list: &str) -> Self {
        self.to.extend(addresses(list));
        self
    }

    /// Adds people in Cc.
    #[must_use]
    pub fn cc(mut self, list: &str) -> Self {
        self.cc.extend(addresses(list));
        self
    }

    /// Replaces the subject.
    #[must_use]
    pub fn subject(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self
    }

    /// Attaches a file.
    #[must_use]
    pub fn file(mut self, name: &str, content_type: &str, data: &[u8]) -> Self {
        self.files.push(File { name: name.to_owned(), content_type: content_type.to_owned(), data: data.to_vec() });
        self
    }

    /// Writes below the quotation.
    #[must_use]
    pub fn below(mut self) -> Self {
        self.place = Place::Below;
        self
    }

    /// Writes `answer` under the first quoted line that contains `line`, in the order of the parent. The reply's text
    /// then stands below the quotation; it may be empty.
    #[must_use]
    pub fn inline(mut self, line: &str, answer: &str) -> Self {
        self.place = Place::Below;
        self.inline.push((line.to_owned(), answer.to_owned()));
        self
    }

    /// Writes the text above the quotation, whatever else is answered in it.
    #[must_use]
    pub fn above(mut self) -> Self {
        self.place = Place::Above;
        self
    }

    /// Signs right above the quotation, as programs do that are told so: without a line drawn above the signature.
    #[must_use]
    pub fn signs_above(mut self) -> Self {
        self.signs = Signs::Above;
        self
    }

    /// Signs below everything.
    #[must_use]
    pub fn signs_below(mut self) -> Self {
        self.signs = Signs::Below;
        self
    }

    /// Cuts the quotation off.
    #[must_use]
    pub fn without_quote(mut self) -> Self {
        self.quoted = false;
        self
    }

    /// Leaves In-Reply-To and References out, as programs do whose users start a new mail from the address book.
    #[must_use]
    pub fn without_thread(mut self) -> Self {
        self.threaded = false;
        self
    }

    /// Adds a header, or replaces the one that the program would write.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where it would go: To, in order.
    #[must_use]
    pub fn recipients(&self) -> Vec<String> {
        self.to.iter().chain(&self.cc).map(|who| who.address.clone()).collect()
    }

    /// The mail.
    #[must_use]
    pub fn write(self, at: Timestamp, message_id: &str) -> Vec<u8> {
        let quote = self.quoted.then(|| Quote {
            kind: self.kind,
            parent: &self.parent,
            place: self.place,
            signs: self.signs,
            stretches: stretches(&self.parent.text, &self.inline),
        });
        let body = body(self.client, &self.text, quote.as_ref());
        let mut references = Vec::new();
        if self.threaded && !self.parent.message_id.is_empty() {
            references.extend(self.parent.references.iter().cloned());
            references.push(self.parent.message_id.clone());
        }
        let head = Head {
            to: self.to,
            cc: self.cc,
            subject: self.subject,
            at,
            message_id: bare(message_id),
            references,
            extra: self.extra,
        };
        write(self.client, &head, body, &self.files)
    }
}

/// Cuts the quoted text after each line that is answered.
fn stretches(text: &str, inline: &[(String, String)]) -> Vec<Stretch> {
    let mut answers = inline.iter();
    let mut next = answers.next();
    let mut stretches = vec![Stretch { quoted: String::new(), answer: None }];
    for line in text.lines() {
        let Some(stretch) = stretches.last_mut() else { break };
        stretch.quoted.push_str(line);
        stretch.quoted.push('\n');
        if let Some((wanted, answer)) = next
            && line.contains(wanted.as_str())
        {
            stretch.answer = Some(answer.clone());
            stretches.push(Stretch { quoted: String::new(), answer: None });
            next = answers.next();
        }
    }
    if stretches.len() > 1 && stretches.last().is_some_and(|stretch| stretch.quoted.trim().is_empty()) {
        stretches.pop();
    }
    stretches
}

fn bare(message_id: &str) -> String {
    message_id.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
}

fn people(list: &[String]) -> Vec<Addressee> {
    list.iter().flat_map(|entry| addresses(entry)).collect()
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
