//! Verdicts of Microsoft's evaluator (regorus, feature azure_policy) on pairs of a definition and a resource.
//!
//! `regorus-verdicts QUESTIONS RUNS` reads a file of JSON with
//!
//!     aliases      a provider list, as `az provider list --expand resourceTypes/aliases` writes it
//!     context      what resourceGroup(), subscription() and requestContext() return
//!     definitions  [{document, parameters, relatedType}]
//!     resources    ARM documents
//!     related      ARM documents that an ...IfNotExists effect may find
//!     pairs        [definition, resource, related or null], those of one resource next to each other
//!
//! and writes `{refused: {definition: why}, verdicts: [effect, null, or {error}], seconds: [...]}`. `seconds` is the
//! processor's time for all pairs, once for each run: every resource is normalized once and shared by its definitions,
//! JSON is parsed before, and what doesn't compile takes no time.

use anyhow::{anyhow, Result};
use cpu_time::ProcessTime;
use regorus::languages::azure_policy::aliases::{normalizer, AliasRegistry};
use regorus::languages::azure_policy::{compiler, parser};
use regorus::rvm::RegoVM;
use regorus::{Rc, Source, Value};
use serde_json::{json, Map, Value as Json};
use std::num::NonZeroU32;

const EXISTENCE: &str = "azure.policy.existence_check";

struct Policy {
    vm: RegoVM,
    parameters: Value,
    related_type: Option<String>,
}

struct Questions {
    registry: Rc<AliasRegistry>,
    policies: Vec<Option<Policy>>,
    resources: Vec<Value>,
    related: Vec<Value>,
    pairs: Vec<(usize, usize, Option<usize>)>,
}

fn value(written: &Json) -> Result<Value> {
    Value::from_json_str(&written.to_string())
}

fn list<'a>(questions: &'a Json, key: &str) -> Result<&'a Vec<Json>> {
    questions[key].as_array().ok_or_else(|| anyhow!("'{key}' is no list"))
}

fn compiled(row: &Json, registry: &Rc<AliasRegistry>, context: &Value) -> Result<Policy> {
    let source = Source::from_contents("definition".into(), row["document"].to_string())?;
    let definition = parser::parse_policy_definition_with_max_col(&source, NonZeroU32::new(u32::MAX))
        .map_err(|wrong| anyhow!("{wrong}"))?;
    let program = compiler::compile_policy_definition_with_aliases_opts(&definition, Rc::clone(registry), true)?;
    let mut vm = RegoVM::new();
    vm.load_program(program);
    vm.set_context(context.clone());
    Ok(Policy { vm, parameters: value(&row["parameters"])?, related_type: row["relatedType"].as_str().map(Into::into) })
}

fn normalized(raw: &Value, registry: &AliasRegistry) -> Result<Value> {
    let mut resource = normalizer::normalize(raw, Some(registry), None);
    let map = resource.as_object_mut()?;
    if let Some(name) = map.get(&Value::from("name")).cloned() {
        if map.get(&Value::from("fullname")).is_none() {
            map.insert(Value::from("fullname"), name);
        }
    }
    Ok(resource)
}

fn verdict(policy: &mut Policy, resource: &Value, found: Option<&Value>, registry: &AliasRegistry) -> Result<Value> {
    let mut input = Value::new_object();
    let map = input.as_object_mut()?;
    map.insert(Value::from("resource"), resource.clone());
    map.insert(Value::from("parameters"), policy.parameters.clone());
    policy.vm.set_input(input);
    if policy.related_type.is_some() {
        let answer = match found {
            Some(raw) => normalized(raw, registry)?,
            None => Value::Null,
        };
        policy.vm.set_host_await_responses([(Value::from(EXISTENCE), vec![answer])]);
    }
    Ok(policy.vm.execute_entry_point_by_name("main")?)
}

fn effect(answer: Result<Value>) -> Json {
    match answer {
        Err(wrong) => json!({"error": wrong.to_string()}),
        Ok(Value::Undefined) => Json::Null,
        Ok(found) => match &found["effect"] {
            Value::String(name) => json!(name.to_string()),
            other => json!({"error": format!("the effect is {other}")}),
        },
    }
}

impl Questions {
    fn read(questions: &Json, refused: &mut Map<String, Json>) -> Result<Self> {
        let mut registry = AliasRegistry::new();
        registry.load_from_json(&questions["aliases"].to_string())?;
        let registry = Rc::new(registry);
        let context = value(&questions["context"])?;
        let mut policies = Vec::new();
        for (at, row) in list(questions, "definitions")?.iter().enumerate() {
            match compiled(row, &registry, &context) {
                Ok(policy) => policies.push(Some(policy)),
                Err(wrong) => {
                    refused.insert(at.to_string(), json!(wrong.to_string()));
                    policies.push(None);
                }
            }
        }
        let pairs = list(questions, "pairs")?.iter().map(|row| {
            let at = |column: usize| row[column].as_u64().map(|number| number as usize);
            Ok((
                at(0).ok_or_else(|| anyhow!("a pair has no definition"))?,
                at(1).ok_or_else(|| anyhow!("a pair has no resource"))?,
                at(2),
            ))
        });
        Ok(Self {
            registry,
            policies,
            resources: list(questions, "resources")?.iter().map(value).collect::<Result<_>>()?,
            related: list(questions, "related")?.iter().map(value).collect::<Result<_>>()?,
            pairs: pairs.collect::<Result<_>>()?,
        })
    }

    fn answered(&mut self, mut each: impl FnMut(Option<Result<Value>>)) -> Result<()> {
        let mut ready: Option<(usize, Value)> = None;
        for (definition, at, related) in &self.pairs {
            let Some(policy) = self.policies[*definition].as_mut() else {
                each(None);
                continue;
            };
            if ready.as_ref().map(|(known, _)| known) != Some(at) {
                ready = Some((*at, normalized(&self.resources[*at], &self.registry)?));
            }
            let (_, resource) = ready.as_ref().ok_or_else(|| anyhow!("no resource"))?;
            let found = related.map(|which| &self.related[which]);
            each(Some(verdict(policy, resource, found, &self.registry)));
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let [_, file, runs] = words.as_slice() else {
        return Err(anyhow!("usage: regorus-verdicts QUESTIONS RUNS"));
    };
    let written: Json = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let mut refused = Map::new();
    let mut questions = Questions::read(&written, &mut refused)?;
    let mut verdicts = Vec::new();
    questions.answered(|answer| verdicts.push(answer.map_or(json!({"error": "refused"}), effect)))?;
    let mut seconds = Vec::new();
    for _ in 0..runs.parse::<usize>()? {
        let begun = ProcessTime::now();
        questions.answered(|answer| {
            std::hint::black_box(&answer);
        })?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    println!("{}", json!({"refused": refused, "verdicts": verdicts, "seconds": seconds}));
    Ok(())
}
