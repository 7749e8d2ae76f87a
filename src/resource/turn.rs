//! One administrator's change of a resource at a time, wherever it comes in.
//!
//! The store of resources cannot compare and set, and may show an old value for a while. The grant store can, and never
//! does. So a note is kept there for each resource that was changed: whose turn it is, what its last version was, and
//! which look-ups may be there. Without it two changes could mix, and leave a look-up by which somebody is trusted whom no
//! resource names.

use alloc::string::String;
use alloc::vec::Vec;

use crate::host::{Host, HostFault};
use crate::jose::ObjectWriter;
use crate::jose::json::{self, Value};
use crate::limits;

/// The note on a resource as it was found. It becomes a turn if nobody changed it since.
pub(super) struct Turn {
    name: String,
    /// That of the note, in the grant store.
    found: Option<u64>,
    note: Note,
}

#[derive(Default)]
struct Note {
    /// `meta.versionId` of the last change; 0 if there was none.
    version: u64,
    /// Whether there was a resource after it.
    present: bool,
    /// The look-ups that may be there.
    lookups: Vec<String>,
    /// Until when a change may be under way, seconds.
    busy: u64,
    /// When the last change was done, seconds; 0 if it failed.
    done: u64,
}

/// What the store of resources shows, seen beside the note.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// What is there.
    Present,
    /// Something that was deleted since.
    Deleted,
    /// An older version than the last one.
    Outdated,
}

impl Turn {
    /// Looks at the note; `None` while another change is under way. `key`: that of the resource.
    pub(super) async fn look<H: Host>(host: &H, key: &str, now: u64) -> Result<Option<Self>, HostFault> {
        let name = ["resource.", key].concat();
        let stored = host.read_grant(&name).await?;
        let found = stored.as_ref().map(|stored| stored.version);
        let note = stored.and_then(|stored| Note::from_json(&stored.value)).unwrap_or_default();
        Ok((now >= note.busy).then_some(Self { name, found, note }))
    }

    /// The version of the last change.
    pub(super) const fn version(&self) -> u64 {
        self.note.version
    }

    /// The look-ups that may be there.
    pub(super) fn lookups(&self) -> &[String] {
        &self.note.lookups
    }

    /// Whether the store of resources shows what the last change made of it. Later on whatever it shows is believed: it may
    /// have been put there by hand.
    pub(super) fn sees(&self, version: Option<u64>, now: u64) -> Shown {
        let settled = now >= self.note.done.saturating_add(limits::SETTLED) || version > Some(self.note.version);
        match (settled, self.note.present) {
            (true, _) => Shown::Present,
            (false, false) => Shown::Deleted,
            (false, true) if version < Some(self.note.version) => Shown::Outdated,
            (false, true) => Shown::Present,
        }
    }

    /// Takes the turn; `false` if somebody was faster. `lookups`: all that are there, or may be there when it ends half way.
    pub(super) async fn take<H: Host>(
        &mut self,
        host: &H,
        now: u64,
        lookups: Vec<String>,
        version: Option<u64>,
    ) -> Result<bool, HostFault> {
        self.note.lookups = lookups;
        self.note.version = version.unwrap_or(self.note.version);
        self.note.busy = now.saturating_add(limits::TURN);
        self.note.done = 0;
        self.write(host, now).await
    }

    /// Ends the turn. `lookups`: those that may be there now; `present`: whether there is a resource, `None` where the
    /// change failed half way.
    pub(super) async fn end<H: Host>(
        mut self,
        host: &H,
        now: u64,
        lookups: Vec<String>,
        present: Option<bool>,
    ) -> Result<(), HostFault> {
        self.note.lookups = lookups;
        self.note.busy = 0;
        if let Some(present) = present {
            self.note.present = present;
            self.note.done = now;
        }
        // If it took too long, somebody else has it by now, and knows all that may be there.
        self.write(host, now).await.map(|_| ())
    }

    async fn write<H: Host>(&mut self, host: &H, now: u64) -> Result<bool, HostFault> {
        let expires = now.saturating_add(limits::NOTE);
        let written = host.write_grant(&self.name, self.found, &self.note.to_json(), expires).await?;
        self.found = Some(self.found.unwrap_or(0).saturating_add(1));
        Ok(written)
    }
}

impl Note {
    fn to_json(&self) -> String {
        let mut note = ObjectWriter::new();
        note.integer("version", self.version);
        note.boolean("present", self.present);
        note.texts("lookups", &self.lookups);
        note.integer("busy", self.busy);
        note.integer("done", self.done);
        note.finish()
    }

    fn from_json(text: &str) -> Option<Self> {
        let note = json::parse_object(text).ok()?;
        let lookups = note.get("lookups")?.as_array()?.iter();
        Some(Self {
            version: note.get("version")?.as_integer()?,
            present: note.get("present")?.as_bool()?,
            lookups: lookups.map(|key| Value::as_str(key).map(String::from)).collect::<Option<_>>()?,
            busy: note.get("busy")?.as_integer()?,
            done: note.get("done")?.as_integer()?,
        })
    }
}
