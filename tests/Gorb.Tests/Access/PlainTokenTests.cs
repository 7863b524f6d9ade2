using Gorb.Access;
using Gorb.Tests.Attacks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Access;

/// <summary>Tokens that cross the network without encryption are told with their names, while they are used so.</summary>
public sealed class PlainTokenTests
{
    [Fact]
    public async Task TokenOverPlainHttp_IsToldOncePerAddress_AndNotFromThisHost()
    {
        var log = new LogLines<PlainTokenLog>();
        var daemon = new AttackedDaemon { Configure = services => services.AddSingleton<ILoggerProvider>(log) };
        await using (daemon)
        {
            await daemon.InitializeAsync();
            await SendAsync(daemon, From.Root, "$reader", 200);
            await SendAsync(daemon, From.Lan, "$unknown", 401);
            log.Texts.Should().BeEmpty();

            using (var client = await daemon.ConnectAsync(From.Lan))
            {
                for (var i = 0; i < 3; i++)
                {
                    await client.SendAsync(daemon.WithSecrets("GET /service HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer $reader\r\n\r\n"));
                }

                await client.SendAsync(daemon.WithSecrets("GET /service HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer $reader\r\n\r\n"));
                await client.ReadToEndAsync();
            }

            log.Texts.Should().ContainSingle().Which.Should().StartWith("The token of reader came from 198.18.").And.Contain("without encryption").And.Contain("gorb cert server");
            await SendAsync(daemon, From.LanV6, "$editor", 200);
            log.Texts.Should().HaveCount(2).And.Subject.Last().Should().StartWith("The token of editor came from 2001:db8:");
        }
    }

    private static async Task SendAsync(AttackedDaemon daemon, From from, string token, int status) =>
        (await daemon.SendAsync(from, Attack.Of("GET", "/service", null, $"Authorization: Bearer {token}"))).Status.Should().Be(status);
}
