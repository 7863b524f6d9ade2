using System.Text;
using Gorb.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Web;

/// <summary>/ui of a binary that was built without the page.</summary>
public sealed class PagelessTests
{
    [Theory]
    [InlineData("/ui/", "")]
    [InlineData("/ui/main.js", "main.js")]
    public async Task WithoutThePage_TheAnswerSaysHowToBuildIt(string path, string file)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Path = path;
        context.Response.Body = body;

        await PageEndpoints.Get(context, file, static _ => null).ExecuteAsync(context);

        context.Response.StatusCode.Should().Be(404);
        context.Response.ContentType.Should().StartWith("text/plain");
        Encoding.UTF8.GetString(body.ToArray()).Should().Be("This gorb was built without its page. To build it, run eng/publish, or eng/page before dotnet build.");
    }
}
