//! What people did, wrote and agreed on, and what of the machine's rows their changes touch.
//!
//! Apart from the machine's rows because a person's change is one step over rows of both: [`commit`] is that step, and
//! nothing here writes in another way but `Holdings::give`, which moves what is too much for one.
//!
//! What is still to be done is listed by gsi1, in one partition for each list: people are slow, and their rows are few.
//! Comments and suppressions have a link each in the order in which they came, so that whoever wrote one sees it in the
//! next list; a link is written once, with the row that it names.

mod commit;
mod holdings;
mod reads;
mod rows;
