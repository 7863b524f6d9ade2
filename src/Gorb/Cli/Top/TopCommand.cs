using System.CommandLine;
using Gorb.Cli.Objects;

namespace Gorb.Cli.Top;

/// <summary><c>gorb top</c>: a table of services or backends that follows what happens.</summary>
internal static class TopCommand
{
    public static Command Create(TimeProvider time)
    {
        var service = ObjectPath.NewServiceArgument();
        service.Arity = ArgumentArity.ZeroOrOne;
        service.Description = "The service whose backends are shown; all services without it.";
        var sort = new Option<string>("--sort") { Description = "What rows are ordered by: failures first (state), or the largest first.", DefaultValueFactory = static _ => TopSorts.Name(TopSort.State), HelpName = string.Join('|', TopSorts.Names) };
        sort.AcceptOnlyFromAmong(TopSorts.Names);
        var filter = new Option<string>("--filter") { Description = "Show only rows that contain this text.", HelpName = "TEXT" };
        var down = new Option<bool>("--down") { Description = "Show only what is not up." };
        var server = new ServerArgument();
        var command = new Command("top",
            "Shows services, or the backends of one, with their traffic, live. Keys: q quits, / filters, d shows only what is not up, Enter opens a service, Esc goes back, s n c r i o sort. Not on a terminal, it prints once.")
        {
            service, sort, filter, down, server,
        };
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), async client =>
        {
            var state = new TopState(result.GetValue(service)?.Service) { Sort = TopSorts.Of(result.GetValue(sort)!), Filter = result.GetValue(filter) ?? "", IsDownOnly = result.GetValue(down) };
            if (result.GetValue(service) is { } path)
            {
                await client.GetAsync(path.Url, stop); // a service that is not there is refused in the words of the daemon
            }

            return await new LiveTop(client, state, time).RunAsync(stop);
        }));
        return command;
    }
}
