// node build/client.js URL: creates, changes, drains and deletes a service of the daemon at URL, by a client that is generated from its OpenAPI document.
import createClient from "openapi-fetch";
import type { paths } from "./build/api.js";

declare const process: { argv: string[] };

const url = process.argv[2];
if (url === undefined) throw new Error("usage: node build/client.js URL");
const gorb = createClient<paths>({ baseUrl: url });

/** The data of an answer; an error of the API ends the program, with what the API says. */
function succeed<T>(answer: { data?: T; error?: unknown; response: Response }): T | undefined {
    if (!answer.response.ok) throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
    return answer.data;
}

function expect(what: string, found: unknown, wanted: unknown): void {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

const service = { params: { path: { service: "generated" } } };
const backend = { params: { path: { service: "generated", backend: "b1" } } };

succeed(await gorb.PUT("/service/{service}", { ...service, body: { host: "10.9.0.100", port: 8085, method: "rr" } }));
succeed(await gorb.PUT("/service/{service}/{backend}", { ...backend, body: { host: "10.9.0.21", port: 80, weight: 100, pulse: { type: "none" } } }));
const names = succeed(await gorb.GET("/service"));
expect("the list of services", Array.isArray(names) && names.includes("generated"), true);
const overview = succeed(await gorb.GET("/service", { params: { query: { view: "full" } } }));
expect("the service in the whole table", !Array.isArray(overview) && overview?.services?.generated?.port, 8085);

succeed(await gorb.PATCH("/service/{service}", { ...service, body: { method: "wlc" } }));
succeed(await gorb.PATCH("/service/{service}/{backend}", { ...backend, body: { weight: 7 } }));
expect("the scheduler", succeed(await gorb.GET("/service/{service}", service))?.options?.method, "wlc");
expect("the weight", succeed(await gorb.GET("/service/{service}/{backend}", backend))?.options?.weight, 7);

const refused = await gorb.PATCH("/service/{service}", { ...service, body: { method: "nonsense" } });
expect("the status of a wrong method", refused.response.status, 400);
expect("the member to blame", refused.error?.details?.[0]?.field, "method");

const drained = await gorb.DELETE("/service/{service}/{backend}", { params: { ...backend.params, query: { drain: "1m" } } });
expect("the status of a drain", drained.response.status, 202);
succeed(await gorb.DELETE("/service/{service}", service));
expect("the status of what is gone", (await gorb.GET("/service/{service}", service)).response.status, 404);
