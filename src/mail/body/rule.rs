//! The names of the rules that say what a line is. What each recognises, and who writes it so, stands at its function in
//! `rules`, `refine`, `signature`, [`crate::quoted`] and [`crate::hygiene`].

crate::named::named_rules! {
    /// Why a line is new, quoted or of a signature.
    pub enum Rule {
        /// Nothing says that it is anything else than newly written.
        Written = "written",
        /// It is blank and belongs to the line above.
        Blank = "blank",

        /// A forward begins inside a quote (Apple Mail).
        QuotedForward = "quoted_forward",
        /// `>>> Ann 06/05/19 8:14 PM >>>`.
        GroupWise = "groupwise",
        /// `Ann ---05.06.2019 20:14:33---Subject`.
        NotesDashes = "notes_dashes",
        /// Sender on the left, recipient and subject far on the right.
        NotesColumns = "notes_columns",
        /// A box of dashes around sender and subject.
        NotesBox = "notes_box",
        /// A title and a header block behind `>` above a text without marks (abv.bg).
        MarkedHeader = "marked_header",
        /// Inside a quote container of HTML.
        HtmlQuote = "html_quote",
        /// Behind a mark that is not `>`: a bar, somebody's initials.
        ForeignPrefix = "foreign_prefix",
        /// Behind `>`.
        QuotePrefix = "quote_prefix",
        /// The marker of a forward.
        ForwardMarker = "forward_marker",
        /// HTML says that the answered mail begins.
        HtmlCut = "html_cut",
        /// Inside an attribution container of HTML.
        HtmlAttribution = "html_attribution",
        /// Inside a signature container of HTML.
        HtmlSignature = "html_signature",
        /// Begins with `>` and is shown rather than quoted.
        Shown = "shown",
        /// The rest of a quoted line that a client wrapped.
        WrappedQuote = "wrapped_quote",
        /// `-----Original Message-----`.
        OriginalMarker = "original_marker",
        /// A drawn title in an unknown language above a header block.
        ForeignMarker = "foreign_marker",
        /// `[Quoted text hidden]`.
        HiddenQuote = "hidden_quote",
        /// `Please reply above this line`.
        ReplyAbove = "reply_above",
        /// A header block that the writer shows.
        ShownHeader = "shown_header",
        /// `From: Sent: To: Subject:`.
        HeaderBlock = "header_block",
        /// The same with labels of an unknown language.
        ForeignHeaderBlock = "foreign_header_block",
        /// An attribution without verb or colon, above `>`.
        BareAttribution = "bare_attribution",
        /// `From: Ann <ann@x.example>` alone, above `>`.
        LoneFrom = "lone_from",
        /// A bare attribution broken before its address.
        BrokenAttribution = "broken_attribution",
        /// `On ... wrote:` above `>`.
        AttributionAboveQuote = "attribution_above_quote",
        /// `On ... wrote:` above a header block.
        AttributionAboveHeader = "attribution_above_header",
        /// `On ... wrote:` above the line of another program.
        AttributionAboveMarker = "attribution_above_marker",
        /// `On ... wrote:`, an answer, and `>` below that.
        AttributionAboveAnswer = "attribution_above_answer",
        /// `On ... wrote:` with writer and date, and nothing marked below it.
        Attribution = "attribution",

        /// The line that Yahoo's groups draw above their footer.
        GroupFooter = "group_footer",
        /// The line and the footer that a mailing list adds.
        ListFooter = "list_footer",
        /// An advertisement above the footer of a list.
        SponsoredFooter = "sponsored_footer",
        /// `-- ` of Usenet.
        UsenetDelimiter = "usenet_delimiter",
        /// What trackers of Gmail leave behind.
        TrackerMark = "tracker_mark",
        /// `--` or a dash above a signature.
        DashDelimiter = "dash_delimiter",
        /// `---` above a signature.
        ThreeDashes = "three_dashes",
        /// Another line that is only drawn above a signature.
        DrawnLine = "drawn_line",
        /// `-- Ann Smith`.
        NamedDelimiter = "named_delimiter",
        /// The link of Outlook on phones.
        OutlookLink = "outlook_link",
        /// A line of a client that is known as a whole.
        KnownLine = "known_line",
        /// `Sent from my iPhone`.
        SentFrom = "sent_from",
        /// The same with the verb behind the device.
        DeviceBehind = "device_behind",
        /// The footer of a program that sends mails around.
        ProgramFooter = "program_footer",
        /// A plea to think before printing.
        PrintPlea = "print_plea",
        /// The notice of a company.
        CompanyNotice = "company_notice",
        /// The line of a program against viruses.
        ScanLine = "scan_line",
        /// What a mail server writes above mails from outside, on one line.
        BannerLine = "banner_line",
        /// The same wrapped.
        WrappedBanner = "wrapped_banner",

        /// The writer says that the answers stand in the quote.
        AnswersInside = "answers_inside",
        /// Below an introduction with nothing above it: perhaps the answer.
        NothingAbove = "nothing_above",
        /// Drawn above an introduction or a notice.
        DrawnAbove = "drawn_above",
        /// The page of the program whose notice stands above.
        NoticeLink = "notice_link",
        /// A postscript below a signature.
        Postscript = "postscript",

        /// A name and a way to reach it below a greeting.
        GreetedSignature = "greeted_signature",
        /// A name and two ways to reach it at the end.
        NamedSignature = "named_signature",
        /// The table of bars that NetEase draws.
        NetEaseTable = "netease_table",
        /// An answer in colour inside a quote.
        ColouredAnswer = "coloured_answer",
        /// What a machine reports is one piece.
        Report = "report",

        /// Words that we sent.
        OwnWords = "own_words",
        /// The introduction right above words that we sent.
        OwnIntroduction = "own_introduction",
        /// A short line that we sent, right below others of ours.
        OwnLine = "own_line",
        /// Nothing but single words that we sent, where the quote was in doubt anyway.
        OwnGreeting = "own_greeting",
        /// Stands between lines that we sent, and we did not send it.
        BetweenOwn = "between_own",
        /// Typed behind the mark in front of our words.
        BehindMark = "behind_mark",
        /// Looks like a quote, and nobody sent it.
        NobodysQuote = "nobodys_quote",

        /// Typed below the writer's signature.
        BelowOwnSignature = "below_own_signature",
        /// Announced: how to reach somebody else.
        SomebodyElse = "somebody_else",
        /// The writer's signature, as the desk knows it.
        OwnSignature = "own_signature",
        /// The writer's name above the company.
        OwnName = "own_name",
        /// A greeting and a name, and nothing else is new.
        SaysNothing = "says_nothing",
    }
}
