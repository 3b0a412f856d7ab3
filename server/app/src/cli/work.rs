//! `crochet work`: the queues, and what became of the items that are given up.

use std::collections::{BTreeSet, HashSet};

use clap::{Args, Subcommand};
use crochet_client::Crochet;
use crochet_client::types::work::{DeadWorkItem, Queue, QueueName, RedriveWork};
use futures_util::TryStreamExt as _;
use uuid::Uuid;

use super::console::Console;
use super::data::DataFlags;
use super::draw::{counted, grouped, table};
use super::failure::{Exit, Failure};
use super::host::Host;
use crate::queues::PipelineQueue;

const EXAMPLES: &str = "\
Examples:
  crochet work queues
  crochet work dead pipeline
  crochet work redrive pipeline
  crochet work redrive surveys 019350f4-7c1e-7b52-8f6e-0c5a4d3b2a19
  crochet work pause surveys";

/// Watch over the work queues
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct WorkArguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    at: DataFlags,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the queues with their figures
    Queues,
    /// List the dead work items of a queue, each with why it failed
    Dead {
        /// The queue
        queue: QueueName,
    },
    /// Try dead work items again
    Redrive {
        /// The queue
        queue: QueueName,
        /// The items [default: all that are dead]
        #[arg(value_name = "ID")]
        ids: Vec<Uuid>,
    },
    /// Lease nothing of a queue until it is resumed
    Pause {
        /// The queue
        queue: QueueName,
    },
    /// Lease items of a queue again
    Resume {
        /// The queue
        queue: QueueName,
    },
}

pub(super) fn run(arguments: &WorkArguments) -> Result<Exit, Failure> {
    let work = async |host: &Host, console: &mut Console| {
        act(host.api(), &arguments.action, console).await?;
        Ok(Exit::Done)
    };
    arguments.at.work_there(work)
}

async fn act(api: &Crochet, action: &Action, console: &mut Console) -> Result<(), Failure> {
    match action {
        Action::Queues => {
            let queues: Vec<Queue> = api.list_queues().stream().try_collect().await?;
            if console.is_json() {
                return console.json(&queues);
            }
            show(&queues, console)
        }
        Action::Dead { queue } => dead(api, queue, console).await,
        Action::Redrive { queue, ids } => redrive(api, queue, ids, console).await,
        Action::Pause { queue } => {
            is_there(api, queue).await?;
            one(api.pause_queue(queue).await?, console)
        }
        Action::Resume { queue } => {
            is_there(api, queue).await?;
            one(api.resume_queue(queue).await?, console)
        }
    }
}

/// A misspelt name would come to be with its pause. The queues of the pipeline may be paused before their first item.
async fn is_there(api: &Crochet, queue: &QueueName) -> Result<(), Failure> {
    let listed: Vec<Queue> = api.list_queues().stream().try_collect().await?;
    let listed = listed.iter().map(|known| known.queue.to_string());
    let own = PipelineQueue::ALL.map(|known| known.as_str().to_owned());
    let names: BTreeSet<String> = own.into_iter().chain(listed).collect();
    if names.contains(&queue.to_string()) {
        return Ok(());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let failure = Failure::new(format!("there is no queue {queue}"));
    Err(failure.try_this(format!("there are {}", names.join(", "))))
}

fn one(queue: Queue, console: &mut Console) -> Result<(), Failure> {
    if console.is_json() {
        return console.json(&queue);
    }
    show(&[queue], console)
}

fn show(queues: &[Queue], console: &mut Console) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = queues.iter().map(figures).collect();
    console.say(table::table(
        &["queue", "ready", "leased", "delayed", "dead", "state"],
        &rows,
    ))
}

fn figures(queue: &Queue) -> Vec<String> {
    let counts = [queue.ready, queue.leased, queue.delayed, queue.dead];
    let state = if queue.paused { "paused" } else { "running" };
    let counts = counts.map(|count| grouped(count.unsigned_abs()));
    [queue.queue.to_string()]
        .into_iter()
        .chain(counts)
        .chain([state.to_owned()])
        .collect()
}

async fn dead(api: &Crochet, queue: &QueueName, console: &mut Console) -> Result<(), Failure> {
    is_there(api, queue).await?;
    let items: Vec<DeadWorkItem> = api.list_dead_work(queue).stream().try_collect().await?;
    if console.is_json() {
        return console.json(&items);
    }
    if items.is_empty() {
        return console.say(format_args!("nothing in {queue} is dead"));
    }
    let rows = items.iter().map(|item| {
        let work = serde_json::to_string(&item.payload).map_err(Failure::new)?;
        let died = item.died_at.format("%F %T").to_string();
        let attempts = item.attempts.to_string();
        Ok(vec![
            item.id.to_string(),
            died,
            attempts,
            item.reason.clone(),
            work,
        ])
    });
    let rows = rows.collect::<Result<Vec<_>, Failure>>()?;
    console.say(table::listing(
        &["id", "died", "attempts", "reason", "work"],
        &rows,
    ))
}

async fn redrive(
    api: &Crochet,
    queue: &QueueName,
    ids: &[Uuid],
    console: &mut Console,
) -> Result<(), Failure> {
    let which = RedriveWork {
        ids: (!ids.is_empty()).then(|| ids.to_vec()),
    };
    let redriven = api.redrive_work(queue, which).await?;
    let count = redriven.redriven.unsigned_abs();
    let items = counted(count, "work item", "work items");
    if console.is_json() {
        console.json(&redriven)?;
    } else {
        console.say(format_args!("{items} of {queue} to be tried again"))?;
    }
    let distinct = ids.iter().collect::<HashSet<_>>().len();
    if usize::try_from(count).is_ok_and(|count| count < distinct) {
        let failure = Failure::new(format!(
            "of {distinct} that were named, {items} had been given up"
        ));
        return Err(failure
            .at(queue)
            .try_this(format!("`crochet work dead {queue}` lists them")));
    }
    Ok(())
}
