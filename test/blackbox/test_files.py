"""Files of a conversation: they go with its next ticket or comment, are read back before the yes, and with nothing else."""

import base64
import http.client
import json

from lab import AS_ADMIN, Chat, Lab, words

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 330  # 84 kB


class Files(Lab):
    def setUp(self):
        super().setUp()
        self.ready()
        self.talk = self.chat()

    def send(self, talk, name="invoice.pdf", data=PDF):
        connection = http.client.HTTPConnection(self.server.address, timeout=30)
        headers = {"Content-Type": "application/pdf", "Authorization": f"Bearer {self.server.key}"}
        connection.request("POST", f"/api/v1{talk.path}/uploads?filename={name}", data, headers)
        response = connection.getresponse()
        body = json.loads(response.read())
        connection.close()
        return response.status, body

    def sent(self, talk, name="invoice.pdf", data=PDF):
        status, body = self.send(talk, name, data)
        self.assertEqual(status, 201, body)
        return body["upload"]

    def attached(self, ticket):
        comments = self.zendesk.http.get(f"/api/v2/tickets/{ticket}/comments", headers=AS_ADMIN).json["comments"]
        return [[file["file_name"] for file in comment["attachments"]] for comment in comments]

    def test_with_a_ticket_and_then_a_comment(self):
        upload = self.sent(self.talk)
        self.assertEqual([file["id"] for file in self.talk.show()["files"]], [upload["id"]])
        turn = self.talk.say("open a ticket for jane@example.com: the invoice is wrong")
        self.assertIn("With the file invoice.pdf (84 kB)", words(turn))
        self.assertEqual(turn["actions"][-1]["arguments"]["uploads"], [upload["token"]])
        done = self.talk.say("yes")
        self.assertIn("is created", words(done))
        ticket = self.zendesk.tickets()[0]["id"]
        self.assertEqual(self.attached(ticket), [["invoice.pdf"]])
        self.assertEqual(self.talk.show()["files"], [])
        self.assertNotIn("With the file", words(self.talk.say(f"add a public comment to ticket {ticket}: nothing new")))
        self.talk.say("yes")
        self.sent(self.talk, "log.txt", b"a line\n")
        self.assertIn("With the file log.txt (7 bytes)", words(self.talk.say(f"add an internal note to ticket {ticket}: see the log")))
        self.talk.say("yes")
        self.assertEqual(self.attached(ticket), [["invoice.pdf"], [], ["log.txt"]])

    def test_a_yes_to_what_had_no_file_is_asked_again(self):
        action = self.talk.say("open a ticket for jane@example.com: the invoice is wrong")["actions"][-1]
        self.sent(self.talk)
        answer = self.talk.decide(action, hash=action["hash"])
        self.assertEqual((answer.status, answer.json["awaiting"]), (200, "confirmation"), answer)
        self.assertIn("With the file invoice.pdf", words(answer.json))
        self.assertEqual(self.zendesk.tickets(), [])
        self.talk.say("yes")
        self.assertEqual(self.attached(self.zendesk.tickets()[0]["id"]), [["invoice.pdf"]])

    def test_taken_off(self):
        upload = self.sent(self.talk)
        path = f"{self.talk.path}/uploads/{upload['id']}"
        self.assertEqual(self.server.http.delete(f"{self.chat().path}/uploads/{upload['id']}").status, 404, "another conversation's")
        self.assertEqual(self.server.http.delete(path).status, 204)
        self.assertEqual(self.server.http.delete(path).status, 404)
        self.assertNotIn("With the file", words(self.talk.say("open a ticket for jane@example.com: the invoice is wrong")))

    def test_of_this_conversation_alone(self):
        self.sent(self.talk)
        other = Chat(self.server, self.agent_id, "api", visitor={"email": "eve@example.com", "verified": True})
        self.assertNotIn("With the file", words(other.say("open a ticket: the invoice is wrong")))
        self.assertEqual(other.show()["files"], [])

    def test_refused_by_zendesk_it_waits_again(self):
        self.sent(self.talk)
        self.talk.say("open a ticket for jane@example.com: the invoice is wrong")
        self.zendesk.fault("status:422")
        self.talk.say("yes")
        self.assertEqual(len(self.talk.show()["files"]), 1)
        turn = self.talk.say("make it high priority")
        self.assertIn("With the file invoice.pdf", words(turn))
        self.talk.say("yes")
        self.assertEqual(self.attached(self.zendesk.tickets()[0]["id"]), [["invoice.pdf"]])

    def test_too_many(self):
        for number in range(10):
            self.sent(self.talk, f"{number}.txt", b"x")
        status, problem = self.send(self.talk, "11.txt", b"x")
        self.assertEqual((status, problem["code"]), (422, "zendesk-too-many-values"))
        turn = self.talk.say("open a ticket for jane@example.com: many files")
        self.assertIn("With the files 0.txt (1 byte), 1.txt", words(turn))

    def test_with_zendesk_down_nothing_is_lost(self):
        self.zendesk.stop()
        status, problem = self.send(self.talk)
        self.assertEqual((status, problem["code"]), (422, "net-unreachable"), problem)
        self.assertEqual(self.talk.show()["files"], [])
        self.assertIn("Shall I send it?", words(self.talk.say("open a ticket for jane@example.com: the invoice is wrong")))

    def test_in_the_terminal(self):
        path = self.folder / "photo of it.png"
        path.write_bytes(base64.b64decode("iVBORw0KGgo="))
        ran = self.assert_ran(self.server.cli("chat", stdin=f"/attach {path}\nopen a ticket for jane@example.com: the screen is dark\nyes\n"))
        self.assertIn("[photo of it.png is attached to the next ticket or comment]", ran.out)
        self.assertIn("With the file photo of it.png (8 bytes)", ran.out)
        self.assertEqual(self.attached(self.zendesk.tickets()[0]["id"]), [["photo of it.png"]])
        ran = self.assert_ran(self.server.cli("chat", stdin=f"/attach {self.folder}/none.png\n/attach {self.folder}\nhello\n"), 1)
        self.assertIn("none.png was not attached: No such file or directory.", ran.err)
        self.assertIn("was not attached: it is not a plain file.", ran.err)
        self.assertIn("Agent: ", ran.out, "the chat goes on")
