using System.CommandLine;
using Gorb.Model;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary><c>gorb docker-link</c>: routes the containers of a local or remote Docker engine.</summary>
internal static class DockerLinkCommand
{
    public static Command Create(Func<DockerLinkOptions, LogOptions, CancellationToken, Task<int>> run)
    {
        var arguments = new DockerLinkArguments();
        var command = new Command("docker-link", "Routes the containers of the Docker engine that DOCKER_HOST names (default: its socket), by telling a Gorb.");
        foreach (var option in arguments.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (result, stop) =>
        {
            try
            {
                return await run(arguments.Read(result), arguments.Log.Read(result), stop);
            }
            catch (SettingException error)
            {
                return await DaemonCall.FailAsync(error.Message);
            }
        });
        return command;
    }
}
